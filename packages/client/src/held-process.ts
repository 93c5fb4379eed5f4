import { OnePrismaError } from './errors.ts'
import { warn } from './warnings.ts'

const HELD_AFTER_MS = 100
const WARN_AFTER_MS = 5_000
const KILL_AFTER_MS = 5_000

/**
 * Ends the process if something still holds it, although what it is there for is done. A process that
 * nothing holds has ended before, with its own exit code.
 *
 * @internal
 */
export function endIfHeld(): void {
  ifHeldFor(HELD_AFTER_MS, () => {
    // For a process that has a listener for uncaught exceptions, and lives on.
    ifHeldFor(KILL_AFTER_MS, () => {
      process.kill(process.pid, 'SIGTERM')
      endIfOutlived('SIGTERM')
    })
    endByError(`What did not close in time holds the process (${activeResources()})`)
  })
}

/**
 * Ends the process if it outlives a signal that it has sent itself: the system does not deliver one
 * to the first process of a container, unless that listens.
 *
 * @internal
 */
export function endIfOutlived(signal: NodeJS.Signals): void {
  ifHeldFor(HELD_AFTER_MS, () => {
    // Those that survive any error would survive this one, and the signal was meant to end them all.
    process.removeAllListeners('uncaughtException')
    endByError(
      `${signal} cannot end the first process of a container, and something holds it (${activeResources()})`,
    )
  })
}

/**
 * Says what holds the process, if it lives on although its program is done and every client closed.
 *
 * @internal
 */
export function warnIfHeld(): void {
  ifHeldFor(WARN_AFTER_MS, () =>
    warn(
      'ONEPRISMA_PROCESS_HELD',
      `The program is done and every shared client closed, but something else holds the process (${activeResources()}). Close it at the end of main.`,
    ),
  )
}

/** Runs `act` if the process is still there by then; the timer itself does not hold it. */
function ifHeldFor(ms: number, act: () => void): void {
  setTimeout(act, ms).unref()
}

/** Names what keeps the event loop alive, for a message: `TCPSocketWrap 2, Timeout 1`. */
function activeResources(): string {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
}

/**
 * Ends the process as an error does that nobody catches, but with its own exit code. Thrown by a
 * listener of an event target, for which Node prints no line of source: in a minified module that is
 * the whole file.
 */
function endByError(why: string): void {
  const { exitCode } = process
  process.once('exit', () => {
    process.exitCode = exitCode
  })
  const target = new EventTarget()
  target.addEventListener('end', () => {
    throw new OnePrismaError('CLOSE_TIMEOUT', `${why}, which therefore ends here.`)
  })
  target.dispatchEvent(new Event('end'))
}
