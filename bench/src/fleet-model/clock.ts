/** Something that happens later, unless it is cancelled. */
export interface Timer {
  readonly at: number
  cancel(): void
}

interface Event extends Timer {
  readonly order: number
  run: (() => void) | undefined
}

/** A clock that stands still while something happens, and then goes on to the next event. Milliseconds. */
export class Clock {
  now = 0
  #order = 0
  // A binary heap: the next event is the first.
  readonly #events: Event[] = []

  after(ms: number, run: () => void): Timer {
    const event: Event = {
      at: this.now + Math.max(0, ms),
      order: this.#order++,
      run,
      cancel: () => {
        event.run = undefined
      },
    }
    this.#add(event)
    return event
  }

  /** Lets happen what happens up to a time. */
  runUntil(ms: number): void {
    for (let next = this.#events[0]; next !== undefined && next.at <= ms; next = this.#events[0]) {
      this.#removeFirst()
      this.now = next.at
      next.run?.()
    }
    this.now = ms
  }

  #add(event: Event): void {
    const events = this.#events
    let place = events.length
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = events[parent]
      if (above === undefined || isBefore(above, event)) break
      events[place] = above
      place = parent
    }
    events[place] = event
  }

  #removeFirst(): void {
    const events = this.#events
    const last = events.pop()
    if (last === undefined || events.length === 0) return
    let place = 0
    for (;;) {
      const left = events[2 * place + 1]
      const right = events[2 * place + 2]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || isBefore(last, child)) break
      events[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    events[place] = last
  }
}

/** Events of one time happen in the order in which they were asked for, so that every run is the same. */
function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
