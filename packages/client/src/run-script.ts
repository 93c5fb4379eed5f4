import { requireNumber, requireType } from './options.ts'
import { runToEnd } from './run-to-end.ts'
import { DEFAULT_CLOSE_TIMEOUT_MS } from './signals.ts'

/** What `main` gets. */
export interface ScriptContext {
  /** Aborted by SIGINT, SIGTERM or SIGHUP, so that `main` can stop between two pieces of work. */
  readonly signal: AbortSignal
}

/** Options of `runScript`. */
export interface RunScriptOptions {
  /**
   * How long closing may take, in milliseconds: from the end of `main` on, or from the signal that
   * interrupts it. The drivers have 5 seconds more.
   *
   * @default 10_000
   */
  readonly timeoutMs?: number
}

/**
 * Runs a seed, a cron job or any other program that has an end, and owns how its process ends.
 *
 * When `main` has settled, the units of work that it did not await are waited for, every shared
 * client of the process is closed, and the process ends by itself. The exit code is
 * `process.exitCode` if `main` has set it, else 0, or 1 if `main` failed; its error is printed, and the
 * promise that this returns resolves all the same. After a signal the process ends by that signal,
 * and the promise stays pending. Nothing calls `process.exit`.
 *
 * @example
 * await runScript(async ({ signal }) => {
 *   for (const user of await prisma.user.findMany()) {
 *     signal.throwIfAborted()
 *     await prisma.user.update({ where: { id: user.id }, data: { seen: true } })
 *   }
 * })
 *
 * @throws OnePrismaError `INVALID_OPTION`, `ALREADY_RUNNING`
 */
export async function runScript(
  main: (context: ScriptContext) => unknown,
  options: RunScriptOptions = {},
): Promise<void> {
  const { timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  requireType('main', main, 'function')
  requireNumber('timeoutMs', timeoutMs, 0)

  await runToEnd((signal) => main({ signal }), timeoutMs)
}
