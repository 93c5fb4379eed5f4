import { isFailure, type Failure, type Gap } from '../gap.ts'
import {
  addCounters,
  countersSince,
  hasGoneDown,
  NOTHING_COUNTED,
  type Counters,
} from './counters.ts'
import type { AppReading } from './read-app.ts'

/** What an endpoint answers at one moment. */
export interface EndpointReading {
  /** When its process started, where it tells. */
  readonly startTime: number | undefined
  readonly arms: ReadonlyMap<string, AppReading>
}

/** What an endpoint was seen to do in a window. */
export interface EndpointWork {
  /** `absent`: it has never answered. `broken`: what it did is not known for the whole window. */
  readonly state: 'whole' | 'broken' | 'absent'
  readonly arms: ReadonlyMap<string, Counters>
  readonly gaps: readonly Gap[]
}

// One restart, or two, is what a process does. More are other processes behind the same address.
const MOST_RESTARTS = 2

/** Follows the counters of one process from scrape to scrape, over its restarts. */
export class EndpointWindow {
  readonly #source: string
  #last: EndpointReading | undefined
  #isWhole = false
  #isAnswering = false
  #restarts = 0
  #work = new Map<string, Counters>()
  #failures = new Map<string, Failure>()

  constructor(source: string) {
    this.#source = source
  }

  /** Whether it has ever answered, so that its silence is a gap. */
  get isKnown(): boolean {
    return this.#last !== undefined
  }

  get isAnswering(): boolean {
    return this.#isAnswering
  }

  take(answer: EndpointReading | Failure): void {
    this.#isAnswering = !isFailure(answer)
    if (isFailure(answer)) {
      this.#failures.set(answer.code, answer)
      return
    }
    if (this.#last !== undefined) this.#add(answer, this.#last)
    this.#last = answer
  }

  /** Ends a window with the answer that was taken last, and begins the next with it. */
  end(): EndpointWork {
    const work = {
      state: this.#state(),
      arms: this.#work,
      gaps: [...this.#failures.values(), ...this.#remarks()].map((failure) => ({
        source: this.#source,
        ...failure,
      })),
    }
    this.begin()
    return work
  }

  begin(): void {
    this.#isWhole = this.#isAnswering
    this.#restarts = 0
    this.#failures = new Map()
    // What it may do in this window, so that doing nothing is a zero.
    this.#work = new Map([...(this.#last?.arms.keys() ?? [])].map((arm) => [arm, NOTHING_COUNTED]))
  }

  #add(now: EndpointReading, last: EndpointReading): void {
    const isRestarted = hasRestarted(now, last)
    if (isRestarted) this.#restarts++
    for (const [arm, { counters }] of now.arms) {
      const before = isRestarted ? undefined : last.arms.get(arm)?.counters
      const work = countersSince(counters, before ?? NOTHING_COUNTED)
      this.#work.set(arm, addCounters(this.#work.get(arm) ?? NOTHING_COUNTED, work))
    }
  }

  #state(): EndpointWork['state'] {
    if (this.#last === undefined) return 'absent'
    return this.#isWhole && this.#isAnswering && this.#restarts <= MOST_RESTARTS
      ? 'whole'
      : 'broken'
  }

  #remarks(): readonly Failure[] {
    if (this.#restarts > MOST_RESTARTS) {
      const message = `its counters began anew ${this.#restarts} times: either it keeps restarting, or several processes answer by this address; give the address of each`
      return [{ code: 'APP_UNSTABLE', message }]
    }
    if (this.#restarts > 0) return [{ code: 'APP_RESTARTED', message: 'its counters began anew' }]
    if (this.#isWhole || !this.#isAnswering) return []
    return [{ code: 'APP_JOINED', message: 'it did not answer when the window began' }]
  }
}

function hasRestarted(now: EndpointReading, last: EndpointReading): boolean {
  if (now.startTime !== undefined && last.startTime !== undefined) {
    if (Math.abs(now.startTime - last.startTime) > 1) return true
  }
  return [...last.arms].some(([arm, { counters }]) => {
    const next = now.arms.get(arm)
    return next === undefined || hasGoneDown(next.counters, counters)
  })
}
