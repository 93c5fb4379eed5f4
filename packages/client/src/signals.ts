import { markEnding } from './ending.ts'
import { setExitCode } from './exit-code.ts'
import { endIfOutlived } from './held-process.ts'
import { requireNumber, requireType } from './options.ts'
import { settlesWithin } from './timeout.ts'
import { warn } from './warnings.ts'

/** A signal that asks a process to end. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Options of `closeOnSignal`. */
export interface CloseOnSignalOptions {
  /**
   * How long the process waits for this function, in milliseconds.
   *
   * @default 10_000
   */
  readonly timeoutMs?: number
}

export const DEFAULT_CLOSE_TIMEOUT_MS = 10_000

// npm and other parents pass a signal on that the terminal has sent to the whole group already. Who
// loses patience takes longer to press Ctrl-C again.
const DUPLICATE_MS = 200

const SIGNAL_NUMBERS: Readonly<Record<EndingSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

interface Closer {
  readonly close: (signal: EndingSignal) => unknown
  /** `undefined` for one that bounds itself. */
  readonly timeoutMs: number | undefined
  /** Whether the process ends by the signal when this one is done, even if others listen for it. */
  readonly isLast?: boolean
}

// As in registry.ts: the digit is the version of `SignalHandling` as another copy sees it.
const HANDLING: unique symbol = Symbol.for('@oneprisma/client/signals/1')

type GlobalWithHandling = typeof globalThis & { [HANDLING]?: SignalHandling }

/**
 * Calls `close` when SIGINT, SIGTERM or SIGHUP asks the process to end, waits for it, and lets the
 * signal end the process. Returns the function that takes it back.
 *
 * All functions are called at once; what must happen in order belongs in one function. What one
 * throws is a warning. A second signal ends the wait. The process ends by the signal itself, so that
 * its parent sees the status that it expects, unless something else listened for the signal: then
 * nothing is sent again, and how the process ends is left to that.
 *
 * @example
 * closeOnSignal(async () => {
 *   await new Promise((resolve) => server.close(resolve))
 *   await disconnect(prisma)
 * })
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function closeOnSignal(
  close: (signal: EndingSignal) => unknown,
  options: CloseOnSignalOptions = {},
): () => void {
  const { timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  requireType('close', close, 'function')
  requireNumber('timeoutMs', timeoutMs, 0)

  return signalHandling().add({ close, timeoutMs })
}

/**
 * The one handler of this process, shared by every copy of this module.
 *
 * @internal
 */
export function signalHandling(): SignalHandling {
  const host: GlobalWithHandling = globalThis
  return (host[HANDLING] ??= new SignalHandling())
}

/**
 * Listens for signals while there is something to close.
 *
 * @internal
 */
export class SignalHandling {
  /** Resolves if the process outlives the signal because somebody else listens for it. */
  leftToOthers: Promise<void> = Promise.resolve()
  readonly #closers = new Set<Closer>()
  readonly #closing = new Set<Promise<void>>()
  #signal: EndingSignal | undefined
  #receivedAt = 0
  #stopWaiting = (): void => {}

  /** Adds what is to be closed. While a signal is handled, it is closed at once. */
  add(closer: Closer): () => void {
    // An object of its own, so that one function can be added twice.
    const added = { ...closer }
    if (this.#closers.size === 0 && this.#signal === undefined) this.#listen()
    this.#closers.add(added)
    if (this.#signal !== undefined) this.#close(added, this.#signal)

    return () => {
      this.#closers.delete(added)
      if (this.#closers.size === 0 && this.#signal === undefined) this.#unlisten()
    }
  }

  readonly #receive = (received: NodeJS.Signals): void => {
    if (this.#signal === undefined) {
      // It listens for no other.
      const signal = received as EndingSignal
      this.#signal = signal
      this.#receivedAt = performance.now()
      markEnding()
      this.leftToOthers = this.#handle(signal)
    } else if (performance.now() - this.#receivedAt > DUPLICATE_MS) {
      this.#stopWaiting()
    }
  }

  async #handle(signal: EndingSignal): Promise<void> {
    // Now, for a listener that was added by `once` is gone when its work is not done yet.
    const isOurs = process.listeners(signal).every((listener) => listener === this.#receive)
    const stopped = new Promise<void>((resolve) => {
      this.#stopWaiting = resolve
    })
    // A copy, for one that is added meanwhile is closed as it is added.
    const closers = [...this.#closers]
    const isLast = closers.some((closer) => closer.isLast)
    for (const closer of closers) this.#close(closer, signal)

    await Promise.race([this.#closed(), stopped])
    // Node writes warnings in a later turn, and the signal leaves it none.
    await new Promise((resolve) => setImmediate(resolve))
    this.#unlisten()
    this.#closers.clear()
    this.#closing.clear()
    this.#signal = undefined
    // For the others, if they let the process end by itself.
    setExitCode(exitCodeOf(signal))
    if (!isOurs && !isLast) return

    if (isLast) process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    endIfOutlived(signal)
    // It may take a moment, in which nobody is told that all went well.
    await new Promise(() => {})
  }

  async #closed(): Promise<void> {
    while (this.#closing.size > 0) {
      const closing = [...this.#closing]
      // One after another only because each may add another one meanwhile.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(closing)
      for (const closed of closing) this.#closing.delete(closed)
    }
  }

  #close(closer: Closer, signal: EndingSignal): void {
    this.#closing.add(closeBounded(closer, signal))
  }

  #listen(): void {
    // First, so that the listeners of others are still there to be seen.
    for (const signal of SIGNALS) process.prependListener(signal, this.#receive)
  }

  #unlisten(): void {
    for (const signal of SIGNALS) process.off(signal, this.#receive)
  }
}

/**
 * The exit code by which a process tells that it ended for a signal.
 *
 * @internal
 */
export function exitCodeOf(signal: EndingSignal): number {
  return 128 + SIGNAL_NUMBERS[signal]
}

async function closeBounded({ close, timeoutMs }: Closer, signal: EndingSignal): Promise<void> {
  try {
    // In an async function, so that what it throws at once is a rejection too.
    const closed = (async () => close(signal))()
    if (timeoutMs === undefined) await closed
    else if (!(await settlesWithin(closed, timeoutMs))) {
      warn(
        'ONEPRISMA_CLOSE_FAILED',
        `A function given to closeOnSignal did not finish within ${timeoutMs} ms after ${signal}, and was given up.`,
      )
    }
  } catch (error) {
    warn(
      'ONEPRISMA_CLOSE_FAILED',
      `A function given to closeOnSignal failed after ${signal}.`,
      error instanceof Error ? error.stack : String(error),
    )
  }
}
