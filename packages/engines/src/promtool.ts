import { spawnSync } from 'node:child_process'

/**
 * Whether the tests with promtool run: where it is installed. Where ONEPRISMA_ENGINES is `required`, as
 * in CI, they do in any case, and fail by the name of what is missing.
 */
export const runsPromtool: boolean =
  process.env['ONEPRISMA_ENGINES'] === 'required' ||
  spawnSync('promtool', ['--version']).status === 0

/** What the name of a group of tests says where they do not run. */
export const promtoolNote: string = runsPromtool
  ? ''
  : ' (skipped: promtool, of the Debian package prometheus, is not installed)'

/** Runs the tool of Prometheus that checks what it reads, and tells how that ended. */
export function promtool(
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  if (error !== undefined) {
    throw new Error('promtool is not installed. It is of the Debian package "prometheus".')
  }
  return { status, output: stdout + stderr }
}
