import { randomFrom } from '../../src/monitor/statistics/random.ts'
import type { Design } from '../../src/monitor/comparison.ts'
import type { Window } from '../../src/monitor/window.ts'

export const WINDOW_MS = 10_000

/** What the windows of an arm are made of. */
export interface ArmSettings {
  readonly count?: number
  /** In milliseconds. */
  readonly p50?: number
  /** How much windows differ, as a standard deviation of logarithms. */
  readonly noise?: number
  readonly operations?: number
  readonly errors?: number
  readonly connections?: number
  /** How much latency has grown by the last window, as a share. */
  readonly trend?: number
}

/** Two arms of windows, in time as the design has them. */
export function recordArms(
  design: Design,
  before: ArmSettings = {},
  after: ArmSettings = {},
  seed = 1,
): [before: Window[], after: Window[]] {
  const random = randomFrom(seed)
  const length = before.count ?? 60
  return design === 'interleaved'
    ? [recordArm(before, { random, step: 2 }), recordArm(after, { random, step: 2, first: 1 })]
    : [recordArm(before, { random }), recordArm(after, { random, first: length })]
}

export function recordArm(
  settings: ArmSettings,
  { random = randomFrom(1), first = 0, step = 1 } = {},
): Window[] {
  const { count = 60, p50 = 10, noise = 0.05, operations = 1_000, errors = 0 } = settings
  const { connections = 10, trend = 0 } = settings
  return Array.from({ length: count }, (_, at): Window => {
    const level = p50 * Math.exp(normal(random) * noise) * (1 + (trend * at) / count)
    const jitter = Math.round(normal(random) * 0.4)
    return {
      startedAt: (first + at * step) * WINDOW_MS,
      durationMs: WINDOW_MS,
      operations,
      errors,
      latency: { p50: level, p95: level * 2.2, p99: level * 3.1, count: operations - errors },
      connections: { mean: connections + normal(random) * 0.2, max: connections + jitter },
    }
  })
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
