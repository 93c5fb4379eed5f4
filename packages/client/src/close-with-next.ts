import { AfterTasks } from './after-tasks.ts'
import { allIdle, drainAll, openClients, unitsByClient } from './drain-all.ts'
import { setExitCode } from './exit-code.ts'
import { refuse, requireNumber } from './options.ts'
import { runtimeKind, runtimeWithoutNode } from './runtime-kind.ts'
import { Serving } from './serving.ts'
import { exitCodeOf, signalHandling, type EndingSignal } from './signals.ts'
import { settlesWithin } from './timeout.ts'
import { warn } from './warnings.ts'

/** Options of `closeWithNext`. */
export interface CloseWithNextOptions {
  /**
   * How long requests are taken after a signal, while readiness fails already, in milliseconds: the
   * time that a load balancer needs to notice. Kubernetes needs about 5_000. It takes
   * NEXT_MANUAL_SIG_HANDLE, without which Next.js takes no new connection from the signal on.
   *
   * @default 0
   */
  readonly readinessDelayMs?: number
  /**
   * How long requests and units of work may take after a signal, the delay included, in
   * milliseconds. The drivers have 5 seconds more. The default fits in the 30 seconds that
   * Kubernetes, ECS and Heroku give; Docker gives 10.
   *
   * @default 20_000
   */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 20_000

/**
 * Lets a server of Next.js end without dropping a request, and every shared client with it. Call it
 * in `register` of `instrumentation.ts`, for the Node.js runtime. Returns the function that takes it
 * back. In `next dev`, `next build` and an edge runtime it does nothing.
 *
 * From SIGINT, SIGTERM or SIGHUP on, readiness fails while requests are served and may query, and
 * every response asks its peer to close the connection. With NEXT_MANUAL_SIG_HANDLE set, the servers
 * close after `readinessDelayMs`, then, once requests, `after()` and units of work are done, the
 * clients, and the signal ends the process. Without it Next.js does the same for requests and
 * `after()`, and its exit closes the connections. Either way the process is gone by the bound, and a
 * second signal ends it at once.
 *
 * @example
 * export async function register() {
 *   if (process.env.NEXT_RUNTIME === 'nodejs') {
 *     const { closeWithNext } = await import('@oneprisma/client/next')
 *     closeWithNext({ readinessDelayMs: 5_000 })
 *   }
 * }
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function closeWithNext(options: CloseWithNextOptions = {}): () => void {
  const { readinessDelayMs = 0, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  requireNumber('timeoutMs', timeoutMs, 0)
  requireNumber('readinessDelayMs', readinessDelayMs, 0)
  if (readinessDelayMs > timeoutMs) {
    refuse('readinessDelayMs', `at most \`timeoutMs\` (${timeoutMs})`, readinessDelayMs)
  }
  if (!isServing()) return () => {}

  const serving = new Serving()
  const tasks = isManual() ? new AfterTasks() : undefined
  const takeBack = signalHandling().add({
    close: (signal) => end({ serving, tasks, readinessDelayMs, timeoutMs }, signal),
    timeoutMs: undefined,
    isLast: true,
  })
  return () => {
    takeBack()
    serving.forget()
    tasks?.forget()
  }
}

interface Ending {
  readonly serving: Serving
  /** `undefined` where Next.js waits for them. */
  readonly tasks: AfterTasks | undefined
  readonly readinessDelayMs: number
  readonly timeoutMs: number
}

async function end(ending: Ending, signal: EndingSignal): Promise<void> {
  const { serving, tasks, timeoutMs } = ending
  const hasOthers = process.listenerCount(signal) > 1
  // Unlike the wait of `settlesWithin`, this one does not keep a process that others let end.
  const isOver = new Promise<false>((resolve) => setTimeout(resolve, timeoutMs, false).unref())
  serving.sendAway()
  const isDone = await (hasOthers && tasks === undefined
    ? leaveToNext(serving, isOver)
    : settlesWithin(finish(ending), timeoutMs))
  if (!isDone) {
    warn(
      'ONEPRISMA_CLOSE_FAILED',
      `The server was not done within ${timeoutMs} ms after ${signal}, and is cut off (requests: ${serving.requestsOpen}, units in flight: ${unitsByClient(openClients())}).`,
    )
  }
  await drainAll(0).finally(() => serving.cutOff())
  if (!isDone || !hasOthers) return

  // They may have something to flush, after which nothing holds the process.
  setExitCode(exitCodeOf(signal))
  await isOver
}

/**
 * Next.js waits for requests and for `after()`, and ends the process, so the clients stay open for
 * them. Resolves to false if it has not by then.
 */
async function leaveToNext(serving: Serving, isOver: Promise<false>): Promise<false> {
  // Its server is closed already; this is for the connections that would hold it.
  void serving.close()
  return isOver
}

async function finish({ serving, tasks, readinessDelayMs }: Ending): Promise<true> {
  await new Promise((resolve) => setTimeout(resolve, readinessDelayMs))
  await serving.close()
  await tasks?.done()
  await allIdle()
  return true
}

function isServing(): boolean {
  return (
    runtimeWithoutNode() === undefined &&
    runtimeKind() !== 'next-build' &&
    process.env['NODE_ENV'] !== 'development'
  )
}

/** Whether Next.js was told to leave signals alone. */
function isManual(): boolean {
  return Boolean(process.env['NEXT_MANUAL_SIG_HANDLE'])
}
