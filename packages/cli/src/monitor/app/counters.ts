import { addBuckets, bucketsSince, type Buckets } from './buckets.ts'

/** What an app has counted: since its start, or since an earlier reading. */
export interface Counters {
  /** Operations that succeeded, by how long they took, in milliseconds. */
  readonly durations: Buckets
  readonly numbers: CountedNumbers
}

export interface CountedNumbers {
  /** The sum of the durations, in milliseconds. */
  readonly durationSum: number
  /** Operations that failed. */
  readonly failed: number
  /** Callers that waited in vain for a connection. */
  readonly timeouts: number
  /** Callers that got a connection, and the sum of their waits in milliseconds. */
  readonly waits: number
  readonly waitSum: number
  /** Connections that were opened. */
  readonly opened: number
}

export const NOTHING_COUNTED: Counters = {
  durations: new Map(),
  numbers: { durationSum: 0, failed: 0, timeouts: 0, waits: 0, waitSum: 0, opened: 0 },
}

export function addCounters(one: Counters, other: Counters): Counters {
  return {
    durations: addBuckets(one.durations, other.durations),
    numbers: combine(one.numbers, other.numbers, (a, b) => a + b),
  }
}

/** What was counted since an earlier reading, which must be of the same run of the process. */
export function countersSince(now: Counters, before: Counters): Counters {
  return {
    durations: bucketsSince(now.durations, before.durations),
    numbers: combine(now.numbers, before.numbers, (a, b) => a - b),
  }
}

/** Whether something went down, so that the counters began anew in between. */
export function hasGoneDown(now: Counters, before: Counters): boolean {
  const { durations, numbers } = countersSince(now, before)
  const isEmptied = now.durations.size === 0 && before.durations.size > 0
  return isEmptied || [...durations.values(), ...Object.values(numbers)].some((value) => value < 0)
}

function combine(
  one: CountedNumbers,
  other: CountedNumbers,
  count: (one: number, other: number) => number,
): CountedNumbers {
  return {
    durationSum: count(one.durationSum, other.durationSum),
    failed: count(one.failed, other.failed),
    timeouts: count(one.timeouts, other.timeouts),
    waits: count(one.waits, other.waits),
    waitSum: count(one.waitSum, other.waitSum),
    opened: count(one.opened, other.opened),
  }
}
