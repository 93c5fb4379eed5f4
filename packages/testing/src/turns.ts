import { TestingError } from './errors.ts'

/** The right to use the one connection of a test, until `end` is called. */
export interface Turn {
  /** The unit of work that has the turn, where it is known. */
  readonly unit: object | undefined
  /** Whether it is an interactive transaction, a batch or a nested write. */
  readonly isTransaction: boolean
  readonly end: () => void
}

/** Lets one after the other use a connection, in the order in which they ask. */
export class Turns {
  readonly #waitMs: number
  readonly #waiting: Array<(isGranted: boolean) => void> = []
  #current: Turn | undefined

  constructor(waitMs: number) {
    this.#waitMs = waitMs
  }

  /**
   * Waits for a turn.
   *
   * @throws TestingError `TRANSACTION_IN_THE_WAY`: at once where the wait could not end, because it
   * would be for oneself, and otherwise when one has had the turn for too long
   */
  async take(unit: object | undefined, isTransaction: boolean): Promise<Turn> {
    const before = this.#current
    if (before?.isTransaction && unit !== undefined && unit === before.unit) throw insideItself()
    if (before !== undefined && !(await this.#isGranted())) throw this.#tooLate()

    const turn: Turn = {
      unit,
      isTransaction,
      end: () => {
        if (this.#current === turn) this.#next()
      },
    }
    this.#current = turn
    return turn
  }

  /** Takes the turn away from whoever has it. */
  revoke(): void {
    this.#current?.end()
  }

  #isGranted(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isGranted: boolean): void => {
        clearTimeout(timer)
        resolve(isGranted)
      }
      const wait = (): NodeJS.Timeout => {
        const before = this.#current
        return setTimeout(() => {
          // As long as the turn goes from one to the next, it will come here, too.
          if (this.#current !== before) {
            timer = wait()
            return
          }
          this.#waiting.splice(this.#waiting.indexOf(settle), 1)
          settle(false)
        }, this.#waitMs)
      }
      let timer = wait()
      this.#waiting.push(settle)
    })
  }

  #next(): void {
    const grant = this.#waiting.shift()
    // Whoever is granted the turn takes it in a later microtask; until then it counts as taken.
    this.#current = grant && { unit: undefined, isTransaction: false, end: () => {} }
    grant?.(true)
  }

  #tooLate(): TestingError {
    const what = this.#current?.isTransaction ? 'an interactive transaction' : 'other queries'
    return new TestingError(
      'TRANSACTION_IN_THE_WAY',
      `A query waited more than ${this.#waitMs} ms for ${what} of the same test. A test that is rolled back has one connection, on which transactions run one after the other. If the query is in the callback of the transaction, use the client that the callback gets; where transactions have to overlap, give the file a database of its own (\`isolation: 'database'\`).`,
    )
  }
}

function insideItself(): TestingError {
  return new TestingError(
    'TRANSACTION_IN_THE_WAY',
    "In the callback of `$transaction`, the shared client was used in place of the client that the callback gets. That query would not be part of the transaction; in a test that is rolled back, which has one connection, it could never run. Use the client of the callback, or give the file a database of its own (`isolation: 'database'`).",
  )
}
