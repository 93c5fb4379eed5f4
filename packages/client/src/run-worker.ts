import { aborted } from './aborted.ts'
import { requireNumber, requireType } from './options.ts'
import { runToEnd } from './run-to-end.ts'

/** A worker that runs. */
export interface RunningWorker {
  /** Takes no more jobs, and resolves when the running ones are done. */
  readonly stop: () => unknown
  /**
   * Settles when the worker ends by itself. Without it, a worker runs until a signal ends it.
   * graphile-worker calls it `runner.promise`.
   */
  readonly ended?: PromiseLike<unknown>
}

/** What `start` gets. */
export interface WorkerContext {
  /** Aborted by SIGINT, SIGTERM or SIGHUP, for long jobs that can stop early. */
  readonly signal: AbortSignal
}

/** Options of `runWorker`. */
export interface RunWorkerOptions {
  /**
   * How long the running jobs may take after a signal, in milliseconds. The drivers have 5 seconds
   * more. The default fits in the 30 seconds that Kubernetes, ECS and Heroku give; Docker gives 10.
   *
   * @default 20_000
   */
  readonly timeoutMs?: number
}

const DEFAULT_STOP_TIMEOUT_MS = 20_000

/**
 * Runs a worker until a signal ends it, and owns how its process ends.
 *
 * On SIGINT, SIGTERM or SIGHUP the worker stops taking jobs and finishes the running ones; then every
 * shared client of the process is closed, and the signal ends the process. A worker that ends by
 * itself, or fails, ends the process as `runScript` does.
 *
 * @example
 * await runWorker(async () => {
 *   const runner = await run({ connectionString, taskList, noHandleSignals: true })
 *   return { stop: () => runner.stop(), ended: runner.promise }
 * })
 *
 * @throws OnePrismaError `INVALID_OPTION`, `ALREADY_RUNNING`
 */
export async function runWorker(
  start: (context: WorkerContext) => RunningWorker | PromiseLike<RunningWorker>,
  options: RunWorkerOptions = {},
): Promise<void> {
  const { timeoutMs = DEFAULT_STOP_TIMEOUT_MS } = options
  requireType('start', start, 'function')
  requireNumber('timeoutMs', timeoutMs, 0)

  await runToEnd(async (signal) => {
    const worker = await start({ signal })
    requireType('stop', worker.stop, 'function')
    await Promise.race([aborted(signal), ...(worker.ended === undefined ? [] : [worker.ended])])
    if (signal.aborted) await Promise.all([worker.stop(), worker.ended])
  }, timeoutMs)
}
