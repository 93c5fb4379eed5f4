import { OnePrismaError } from './errors.ts'
import { currentScope } from './scope.ts'
import type { Unit } from './unit-scope.ts'

/**
 * Counts the units of work in flight on one client, so that closing can wait for them, and refuses
 * them once the client drains.
 *
 * A unit is an operation (from the moment somebody awaits it) or an interactive transaction (as a
 * whole, whatever it does inside).
 *
 * @internal
 */
export class Work {
  readonly #name: string
  #inFlight = 0
  #admitted: 'all' | 'nested' | 'none' = 'all'
  #waiting: Array<() => void> = []

  constructor(name: string) {
    this.#name = name
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether a unit that would start now is refused. */
  get refuses(): boolean {
    if (this.#admitted === 'all') return false
    return this.#admitted === 'none' || !currentScope()?.unit?.isOpen
  }

  /** Admits `nested` units only, those that belong to an open one, or `none` at all. */
  admit(units: 'nested' | 'none'): void {
    this.#admitted = units
  }

  /**
   * Counts a unit until the promise has settled, and otherwise does what `promise.then` does. The
   * reactions are wrapped rather than chained to: a promise less for every query.
   */
  count<Result, Kept = Result, Caught = never>(
    promise: PromiseLike<Result>,
    onFulfilled?: ((result: Result) => Kept | PromiseLike<Kept>) | null,
    onRejected?: ((error: unknown) => Caught | PromiseLike<Caught>) | null,
    unit?: Unit,
  ): PromiseLike<Kept | Caught> {
    this.#inFlight++
    try {
      return promise.then(
        (result) => {
          this.#end(unit, false)
          // Without a reaction, the outcome is handed on as it is: `Kept` is `Result` then.
          return onFulfilled ? onFulfilled(result) : (result as unknown as Kept)
        },
        (error: unknown) => {
          this.#end(unit, true, error)
          if (onRejected) return onRejected(error)
          throw error
        },
      )
    } catch (error) {
      this.#end(unit, true, error)
      throw error
    }
  }

  /** What a refused unit comes to. */
  refuse(): Promise<never> {
    return Promise.reject(
      new OnePrismaError(
        'DRAINED',
        `Shared client "${this.#name}" drains, or has drained. Answer 503, or send the work to another process.`,
      ),
    )
  }

  /** Resolves when no unit is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve()

    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #end(unit: Unit | undefined, hasFailed: boolean, error?: unknown): void {
    if (unit !== undefined) unit.isOpen = false
    this.#inFlight--
    unit?.ended?.(hasFailed, error)
    if (this.#inFlight > 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
