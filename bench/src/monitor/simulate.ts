import type { Design } from '../../../packages/cli/src/monitor/comparison.ts'
import type { Window } from '../../../packages/cli/src/monitor/window.ts'
import { normals } from './normals.ts'

/** What latencies do besides being random. */
export interface Surroundings {
  readonly name: string
  /** How much windows differ, as a standard deviation of logarithms. */
  readonly windows: number
  /** How far latency has walked away by the last window, slowly and at random, likewise. */
  readonly walk: number
  /** How far it has gone along a line by then. */
  readonly line: number
}

/** Two arms that are made up. */
export interface SimulationSettings {
  readonly design: Design
  /** In each arm. */
  readonly count: number
  readonly surroundings: Surroundings
  /** How many times as slow the later arm is. */
  readonly ratio: number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** One arm, with the latencies that its windows are made of, in milliseconds. */
export interface SimulatedArm {
  readonly windows: readonly Window[]
  readonly latencies: readonly number[]
}

const OPERATIONS_A_WINDOW = 1_000
const WINDOW_MS = 10_000
const MEDIAN_MS = 10
/** Of the logarithms of latencies, and how much each is like the one before it. */
const SIGMA = 0.5
const LIKENESS = 0.5

/** Latencies that are log-normal, each like the one before, in windows that differ and drift. */
export function simulate(settings: SimulationSettings): [SimulatedArm, SimulatedArm] {
  const { design, count, surroundings, ratio, random } = settings
  const normal = normals(random)
  const arms = [0, 1].map(() => ({ windows: [] as Window[], latencies: [] as number[] }))
  let walk = 0
  let last = normal()
  const nextLatency = (level: number): number => {
    last = LIKENESS * last + Math.sqrt(1 - LIKENESS ** 2) * normal()
    return level * Math.exp(SIGMA * last)
  }
  for (let at = 0; at < 2 * count; at++) {
    const isAfter = design === 'sequential' ? at >= count : at % 2 === 1
    walk += (normal() * surroundings.walk) / Math.sqrt(2 * count)
    const line = (surroundings.line * at) / (2 * count)
    const drift = walk + line + normal() * surroundings.windows
    const level = MEDIAN_MS * Math.exp(drift) * (isAfter ? ratio : 1)
    const latencies = Array.from({ length: OPERATIONS_A_WINDOW }, () => nextLatency(level))
    const arm = arms[isAfter ? 1 : 0]
    arm?.windows.push(windowOf(at, latencies))
    arm?.latencies.push(...latencies)
  }
  const [before, after] = arms
  if (before === undefined || after === undefined) throw new Error('There are two arms.')
  return [before, after]
}

/** A seed that is another one for other settings. */
export function seedOf(settings: object): number {
  let seed = 0
  for (const letter of JSON.stringify(settings)) seed = Math.imul(seed, 31) + letter.charCodeAt(0)
  return seed
}

function windowOf(at: number, latencies: readonly number[]): Window {
  // A typed array sorts numbers, and several times as fast.
  const sorted = new Float64Array(latencies).toSorted()
  const quantileOf = (share: number): number =>
    sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return {
    startedAt: at * WINDOW_MS,
    durationMs: WINDOW_MS,
    operations: latencies.length,
    errors: 0,
    latency: {
      p50: quantileOf(0.5),
      p95: quantileOf(0.95),
      p99: quantileOf(0.99),
      count: latencies.length,
    },
  }
}
