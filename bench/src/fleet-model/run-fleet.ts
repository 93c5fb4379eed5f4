import { fairShare } from '../../../packages/client/src/fleet-policy.ts'
import { slotsOf } from '../../../packages/client/src/fleet-view.ts'
import { Random } from '../codemod/random.ts'
import { ASSUMED, type Assumptions } from './assumptions.ts'
import { Clock } from './clock.ts'
import { callOn, Tally, type Demand } from './demand.ts'
import { Member, type World } from './member.ts'
import { Server } from './server.ts'
import type { Strategy } from './strategy.ts'

/** One simulated run. Times in milliseconds. */
export interface Scenario {
  readonly seed: number
  readonly forMs: number
  readonly budget: number
  /** What the server lets the fleet have above the budget, before it refuses. */
  readonly headroom: number
  readonly processes: number
  readonly cap: (index: number) => number
  readonly demand: (index: number) => Demand
  /** Within which time the first processes start. */
  readonly startWithinMs: number
  /** From when on it is to be steady. */
  readonly steadyFromMs: number
  /** From when on everybody is to be served again. */
  readonly servedSinceMs?: number
  /** What happens on the way. */
  readonly script?: (fleet: Fleet) => void
  readonly assumed?: Partial<Assumptions>
}

/** What is known of one member. */
export interface Known {
  readonly member: Member
  readonly tally: Tally
  readonly demand: Demand
  /** Since when it has had less than its fair share while callers waited. */
  owedSince: number | undefined
  longestOwedMs: number
}

const SAMPLE_MS = 100

/** Processes and their server while they are simulated. */
export class Fleet {
  readonly clock = new Clock()
  /** What happens to the fleet: the same for every strategy. */
  readonly fate: Random
  readonly server: Server
  readonly known: Known[] = []
  readonly assumed: Assumptions
  readonly #scenario: Scenario
  readonly #world: World
  readonly #shareOf: (budget: number, members: number) => number

  constructor(scenario: Scenario, strategy: Strategy) {
    const { seed, budget, headroom, processes } = scenario
    const assumed = { ...ASSUMED, ...scenario.assumed }
    this.assumed = assumed
    this.fate = new Random(seed)
    const random = new Random(seed + 1)
    this.#scenario = scenario
    const { idleSessionMs } = assumed
    const limits = { slots: slotsOf(budget), sessions: budget + headroom, idleSessionMs }
    this.#shareOf = strategy.policy?.fairShare ?? fairShare
    this.server = new Server(this.clock, random, limits, this.#shareOf)
    const { server } = this
    this.#world = { server, random, assumed, strategy, budget, processes }
  }

  get alive(): Known[] {
    return this.known.filter(({ member }) => !member.link.isDead)
  }

  start(index: number): Known {
    const { cap, demand } = this.#scenario
    const member = new Member(this.known.length, cap(index), this.#world)
    const known: Known = {
      member,
      tally: new Tally(),
      demand: demand(index),
      owedSince: undefined,
      longestOwedMs: 0,
    }
    this.known.push(known)
    callOn(
      member,
      known.demand,
      new Random(this.#scenario.seed * 100_003 + this.known.length),
      known.tally,
    )
    return known
  }

  /** One of those that are alive, by chance. */
  pick(): Known | undefined {
    const { alive } = this
    return alive[this.fate.below(alive.length)]
  }

  /** Lets something happen again and again, about so often a second. */
  often(perSecond: number, run: () => void): void {
    const gapMs = (-Math.log(1 - this.fate.next()) * 1_000) / perSecond
    this.clock.after(gapMs, () => {
      run()
      this.often(perSecond, run)
    })
  }

  run(sample: (fleet: Fleet) => void): void {
    const { processes, startWithinMs, forMs, script } = this.#scenario
    for (let index = 0; index < processes; index++) {
      this.clock.after(startWithinMs * this.fate.next(), () => this.start(index))
    }
    const tick = (): void => {
      this.server.endIdle()
      this.#noteOwed()
      sample(this)
      this.clock.after(SAMPLE_MS, tick)
    }
    this.clock.after(SAMPLE_MS, tick)
    script?.(this)
    this.clock.runUntil(forMs)
  }

  /** Who has less than its fair share while callers wait. */
  #noteOwed(): void {
    const share = this.#shareOf(this.server.slots, this.server.memberCount)
    for (const known of this.known) {
      const { member } = known
      const { pool, link, cap } = member
      const isOwed = !link.isSilent && pool.waiting > 0 && pool.open.size < Math.min(share, cap)
      if (!isOwed) known.owedSince = undefined
      else {
        known.owedSince ??= this.clock.now
        known.longestOwedMs = Math.max(known.longestOwedMs, this.clock.now - known.owedSince)
      }
    }
  }
}
