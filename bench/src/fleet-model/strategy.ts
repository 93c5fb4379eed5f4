import {
  decideShare,
  fairShare,
  idleTimeoutMs,
  longestEntryWaitMs,
  nextLookMs,
  type FleetDecision,
  type FleetNeed,
  type FleetView,
} from '../../../packages/client/src/fleet-policy.ts'

/** How processes that share a budget behave. */
export interface Policy {
  readonly decide: (view: FleetView, need: FleetNeed) => FleetDecision
  readonly nextLookMs: (view: FleetView, need: FleetNeed) => number
  readonly fairShare: (budget: number, members: number) => number
  readonly longestEntryWaitMs: (attempt: number, entering: number, isLate: boolean) => number
  readonly idleTimeoutMs: (view: FleetView, configuredMs: number) => number
}

/** How processes come to the size of their pools. */
export interface Strategy {
  readonly name: string
  readonly policy?: Policy
  /** The size of the pools where there is no policy. */
  readonly max: (cap: number, budget: number, processes: number) => number
}

const FLEET_POLICY: Policy = {
  decide: decideShare,
  nextLookMs,
  idleTimeoutMs,
  fairShare,
  longestEntryWaitMs,
}

export const FLEET: Strategy = { name: 'fleet', policy: FLEET_POLICY, max: (cap) => cap }

/** The policy without one of its parts: what nobody uses is kept as long as ever. */
export const FIXED_IDLE: Strategy = {
  name: 'fleet that keeps what is idle',
  policy: { ...FLEET_POLICY, idleTimeoutMs: (_, configuredMs) => configuredMs },
  max: (cap) => cap,
}

/** Takes what is free, and gives nothing back that it uses. */
export const GREEDY: Strategy = {
  name: 'greedy',
  policy: {
    ...FLEET_POLICY,
    decide: ({ free, own }, { waiting, cap }) => ({
      giveBack: 0,
      reserve: Math.max(0, Math.min(free, waiting, cap - own)),
    }),
    idleTimeoutMs: (_, configuredMs) => configuredMs,
  },
  max: (cap) => cap,
}

/** Every process has the same part of the budget, at least one connection. */
export const PARTITION: Strategy = {
  name: 'static partition',
  max: (cap, budget, processes) => Math.min(cap, Math.max(1, Math.floor(budget / processes))),
}

/** Every process has the pool that it was configured with. */
export const UNCOORDINATED: Strategy = { name: 'no coordination', max: (cap) => cap }
