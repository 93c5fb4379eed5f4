import { isFailure, type Failure, type Gap } from '../gap.ts'
import { spreadOf, type Spread } from '../spread.ts'
import { addCounters, NOTHING_COUNTED, type Counters } from './counters.ts'
import { EndpointWindow, type EndpointReading, type EndpointWork } from './endpoint-window.ts'
import type { AppGauges } from './read-app.ts'

/** What the processes of an arm were seen to do in a window. */
export interface AppsArm {
  /** Undefined where not all of them were seen for the whole window: half a sum is no figure. */
  readonly work: { readonly counters: Counters; readonly processes: number } | undefined
  readonly connections: Spread | undefined
  readonly waiting: Spread | undefined
  /** The most connections that the pools may open. */
  readonly max: number | undefined
}

export interface AppsWork {
  readonly arms: ReadonlyMap<string, AppsArm>
  readonly gaps: readonly Gap[]
}

/** Adds up what several processes tell, window by window. */
export class AppsWindow {
  readonly #endpoints: readonly EndpointWindow[]
  #gauges = new Map<string, AppGauges[]>()

  constructor(sources: readonly string[]) {
    this.#endpoints = sources.map((source) => new EndpointWindow(source))
  }

  /** Takes what the endpoints answer at one moment, in their order. */
  take(answers: ReadonlyArray<EndpointReading | Failure>): void {
    for (const [index, endpoint] of this.#endpoints.entries()) {
      const answer = answers[index]
      if (answer !== undefined) endpoint.take(answer)
    }
    // A sum without one of them would be a fall that did not happen.
    if (this.#endpoints.some(({ isKnown, isAnswering }) => isKnown && !isAnswering)) return
    for (const [arm, gauges] of sumsOf(answers)) {
      this.#gauges.set(arm, [...(this.#gauges.get(arm) ?? []), gauges])
    }
  }

  end(): AppsWork {
    const works = this.#endpoints.map((endpoint) => endpoint.end())
    const names = new Set([
      ...works.flatMap(({ arms }) => [...arms.keys()]),
      ...this.#gauges.keys(),
    ])
    const arms = new Map([...names].map((arm) => [arm, this.#armOf(arm, works)] as const))
    this.#gauges = new Map()
    return { arms, gaps: works.flatMap(({ gaps }) => gaps) }
  }

  begin(): void {
    for (const endpoint of this.#endpoints) endpoint.begin()
    this.#gauges = new Map()
  }

  #armOf(arm: string, works: readonly EndpointWork[]): AppsArm {
    const own = works.filter(({ arms }) => arms.has(arm))
    const gauges = this.#gauges.get(arm) ?? []
    const spread = (name: keyof AppGauges): Spread | undefined =>
      spreadOf(gauges.flatMap((each) => each[name] ?? []))
    return {
      work: own.every(({ state }) => state === 'whole') ? sumOf(arm, own) : undefined,
      connections: spread('connections'),
      waiting: spread('waiting'),
      max: spread('max')?.max,
    }
  }
}

function sumOf(arm: string, works: readonly EndpointWork[]): AppsArm['work'] {
  if (works.length === 0) return undefined
  const counters = works
    .map(({ arms }) => arms.get(arm) ?? NOTHING_COUNTED)
    .reduce(addCounters, NOTHING_COUNTED)
  return { counters, processes: works.length }
}

function sumsOf(answers: ReadonlyArray<EndpointReading | Failure>): Map<string, AppGauges> {
  const sums = new Map<string, AppGauges>()
  for (const answer of answers) {
    if (isFailure(answer)) continue
    for (const [arm, { gauges }] of answer.arms) sums.set(arm, addGauges(sums.get(arm), gauges))
  }
  return sums
}

function addGauges(one: AppGauges | undefined, other: AppGauges): AppGauges {
  if (one === undefined) return other
  const sum = (name: keyof AppGauges): number | undefined =>
    one[name] === undefined ? other[name] : one[name] + (other[name] ?? 0)
  return { connections: sum('connections'), waiting: sum('waiting'), max: sum('max') }
}
