/**
 * Sets the exit code of the process, unless the program has set one that tells of a failure.
 *
 * @internal
 */
export function setExitCode(code: number): void {
  if (Number(process.exitCode ?? 0) === 0) process.exitCode = code
}
