import { aborted } from './aborted.ts'
import { allIdle, drainAll, openClients, unitsByClient } from './drain-all.ts'
import { OnePrismaError } from './errors.ts'
import { setExitCode } from './exit-code.ts'
import { endIfHeld, warnIfHeld } from './held-process.ts'
import { signalHandling, type EndingSignal } from './signals.ts'
import { settlesWithin } from './timeout.ts'
import { warn, warnNow } from './warnings.ts'

// Node's own exit code for a module that waits for what can never come.
const NEVER_SETTLED_EXIT_CODE = 13

const RUNNING: unique symbol = Symbol.for('@oneprisma/client/running/1')

type GlobalWithRunning = typeof globalThis & { [RUNNING]?: boolean }

/**
 * Runs what a process is there for, then closes every shared client and lets the process end: with
 * the exit code that fits, or by the signal that interrupted it.
 *
 * @internal
 */
export async function runToEnd(
  main: (signal: AbortSignal) => unknown,
  timeoutMs: number,
): Promise<void> {
  const host: GlobalWithRunning = globalThis
  if (host[RUNNING] === true) {
    throw new OnePrismaError(
      'ALREADY_RUNNING',
      'Another runScript or runWorker of this process has not ended, and would lose its clients to this one. Call one from the main of the other.',
    )
  }

  host[RUNNING] = true
  const run = new Run(timeoutMs)
  process.on('exit', warnOfWorkCutOff)
  try {
    await run.settle(main)
    await run.closeClients()
  } finally {
    process.off('exit', warnOfWorkCutOff)
    host[RUNNING] = false
  }
  await run.end()
}

/** One program, from its start to the end of its process. */
class Run {
  readonly #timeoutMs: number
  readonly #interruption = new AbortController()
  readonly #takeBack: () => void
  #interruptedAt: number | undefined
  #signal: EndingSignal | undefined
  #isClean = true
  #finish = (): void => {}

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    this.#takeBack = signalHandling().add({
      close: (signal) => {
        this.#interrupt(signal)
        return finished
      },
      // Every wait of a run has its bound, counted from the signal on.
      timeoutMs: undefined,
    })
  }

  /** Runs `main` until it has settled, never can, or was given its time after a signal. */
  async settle(main: (signal: AbortSignal) => unknown): Promise<void> {
    const settled = this.#attempt(main)
    const never = onceIdle()
    try {
      const isSettled = await Promise.race([
        settled.then(() => true),
        never.promise.then(() => false),
        aborted(this.#interruption.signal).then(() => settlesWithin(settled, this.#timeoutMs)),
      ])
      if (isSettled) return
    } finally {
      never.forget()
    }

    if (this.#signal === undefined) {
      failWith(
        NEVER_SETTLED_EXIT_CODE,
        new OnePrismaError(
          'MAIN_NEVER_SETTLED',
          'The program waits for a promise that nothing is left to settle: no timer, no socket, no work in flight. Its work is not done.',
        ),
      )
    } else {
      warn(
        'ONEPRISMA_WORK_CUT_OFF',
        `The program did not stop within ${this.#timeoutMs} ms after ${this.#signal} (units in flight: ${unitsByClient(openClients())}).`,
      )
    }
  }

  /** Waits for the work in flight that nobody awaited, then closes every client. */
  async closeClients(): Promise<void> {
    const since = this.#interruptedAt ?? performance.now()
    const leftMs = (): number => Math.max(0, since + this.#timeoutMs - performance.now())
    await settlesWithin(allIdle(), leftMs())

    const clients = openClients()
    try {
      await drainAll(leftMs())
    } catch (error) {
      this.#isClean = false
      setExitCode(1)
      // The message of an error of a driver may hold a secret.
      const kind = error instanceof Error ? error.name : typeof error
      warn(
        'ONEPRISMA_DRAIN_FAILED',
        `The shared clients did not close within ${this.#timeoutMs} ms at the end of the program (${kind}; units in flight: ${unitsByClient(clients)}). What is in flight is cut off.`,
      )
    }
  }

  async end(): Promise<void> {
    this.#finish()
    if (this.#signal === undefined) {
      this.#takeBack()
      if (this.#isClean) warnIfHeld()
      else endIfHeld()
    } else {
      await signalHandling().leftToOthers
    }
  }

  async #attempt(main: (signal: AbortSignal) => unknown): Promise<void> {
    const { signal } = this.#interruption
    try {
      await main(signal)
    } catch (error) {
      if (!(signal.aborted && isAbort(error, signal.reason))) failWith(1, error)
    }
  }

  #interrupt(signal: EndingSignal): void {
    this.#signal = signal
    this.#interruptedAt = performance.now()
    this.#interruption.abort(new DOMException(`The process received ${signal}.`, 'AbortError'))
  }
}

/** Prints an error as Node would, and sets the exit code unless the program has set one. */
function failWith(exitCode: number, error: unknown): void {
  console.error(error)
  setExitCode(exitCode)
}

/** Whether an error says no more than that the program was told to stop. */
function isAbort(error: unknown, reason: unknown): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError')
}

/** Resolves when nothing is left that could run, unless it is forgotten before. */
function onceIdle(): { readonly promise: Promise<void>; forget(): void } {
  let listener = (): void => {}
  const promise = new Promise<void>((resolve) => {
    listener = resolve
    process.once('beforeExit', listener)
  })
  return { promise, forget: () => void process.off('beforeExit', listener) }
}

function warnOfWorkCutOff(): void {
  const clients = openClients()
  if (clients.every(({ generation }) => generation.work.inFlight === 0)) return

  warnNow(
    'ONEPRISMA_WORK_CUT_OFF',
    `The process exits with units of work in flight: ${unitsByClient(clients)}. Whether they take effect is not known. Set process.exitCode rather than call process.exit().`,
  )
}
