import { describe, expect, it } from 'vitest'
import { decideShare } from '../../packages/client/src/fleet-policy.ts'
import { Random } from '../src/codemod/random.ts'
import { Clock } from '../src/fleet-model/clock.ts'
import { jain, measure } from '../src/fleet-model/measure.ts'
import type { Scenario } from '../src/fleet-model/run-fleet.ts'
import {
  bursty,
  frozen,
  hungry,
  partition,
  restart,
  sparse,
  wave,
} from '../src/fleet-model/scenarios.ts'
import { Slots } from '../src/fleet-model/slots.ts'
import {
  FIXED_IDLE,
  FLEET,
  GREEDY,
  PARTITION,
  UNCOORDINATED,
  type Strategy,
} from '../src/fleet-model/strategy.ts'

/** The first seconds of a scenario, of which the last are steady. */
function brief(scenario: Scenario, seconds: number, steadySeconds = 4): Scenario {
  const forMs = seconds * 1_000
  return { ...scenario, forMs, steadyFromMs: forMs - steadySeconds * 1_000 }
}

describe('a simulated fleet', () => {
  const scenario = brief(hungry(40, 90), 10)

  it.each<[string, Scenario]>([
    ['that all want more of', scenario],
    ['that doubles at once', brief(wave(40, 90), 18)],
    ['with far more slots than members', brief(hungry(10, 90), 10)],
    ['of a few hundred processes', brief(hungry(250, 500), 14)],
    ['with a few more processes than slots', brief(hungry(30, 24), 16, 8)],
  ])('%s keeps the sum, shares it fairly within five seconds, and stays calm', (_, one) => {
    const shown = measure(one, FLEET)

    expect(shown).toMatchObject({ above: 0, refused: 0, late: 0, unserved: 0 })
    expect(shown.mostEnteringOfOne).toBeLessThanOrEqual(2)
    expect(shown.longestOwedMs).toBeLessThanOrEqual(5_000)
    expect(shown.fairness).toBeGreaterThan(0.9)
    expect(shown.atWork).toBeGreaterThan(0.8)
    expect(shown.lookMsPerSecond).toBeLessThan(300)
  })

  it('is the same for the same seed, another for another, and opens nothing while nothing changes', () => {
    const short = brief(hungry(20, 40), 14)
    const [first, second, other] = [1, 1, 2].map((seed) => measure({ ...short, seed }, FLEET))

    expect(first?.openedPerSecond).toBe(0)
    expect(second).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('goes on when the server has restarted', () => {
    const shown = measure({ ...brief(restart(20, 45), 23), servedSinceMs: 18_000 }, FLEET)

    expect(shown.lost).toBeGreaterThan(0)
    expect(shown.above).toBe(0)
    expect(shown.allServedAfterMs).toBeLessThan(5_000)
  })

  it.each([
    ['frozen', frozen(16, 40)],
    ['cut off', partition(16, 40)],
  ])(
    'uses the slots of processes that are %s, once the server has ended their sessions',
    (_, one) => {
      const silent = { ...one, forMs: 60_000 }
      const before = measure({ ...silent, forMs: 40_000, steadyFromMs: 20_000 }, FLEET)
      const after = measure({ ...silent, steadyFromMs: 55_000 }, FLEET)

      expect(before.above + after.above).toBe(0)
      expect(before.atWork).toBeLessThan(0.75)
      expect(after.atWork).toBeGreaterThan(0.8)
    },
  )

  it('serves many processes that rarely want anything, which it does not if it keeps what is idle', () => {
    const many = brief(sparse(300, 40), 40, 20)
    const kept = measure(many, FIXED_IDLE)
    const shown = measure(many, FLEET)

    expect(shown.late).toBe(0)
    expect(shown.waitMs.p99).toBeLessThan(kept.waitMs.p99 / 2)
  })
})

describe('the model', () => {
  const few = brief(hungry(30, 24), 16, 8)

  it('sees processes starve where nothing is given back', () => {
    const { unserved, fairness, above } = measure(few, GREEDY)

    expect(unserved).toBeGreaterThan(0)
    expect(fairness).toBeLessThan(0.9)
    expect(above).toBe(0)
  })

  it('sees the sum go above the budget, and refusals, where nobody coordinates', () => {
    const { above, refused } = measure(few, UNCOORDINATED)

    expect(above).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  it('sees that equal parts serve less where demand is uneven', () => {
    const uneven = brief(bursty(20, 45), 30, 20)

    expect(measure(uneven, PARTITION).late).toBeGreaterThan(measure(uneven, FLEET).late)
  })

  it('sees that looks behind all callers come too late', () => {
    const slow = { ...brief(wave(40, 90), 18), demand: () => ({ ms: 200, callers: 60 }) }
    const late = measure({ ...slow, assumed: { looksAt: 'tail' } }, FLEET)

    expect(late.longestOwedMs).toBeGreaterThan(5_000)
    expect(measure(slow, FLEET).longestOwedMs).toBeLessThan(5_000)
  })

  it('sees a policy that takes all that is free leave nothing to those that join', () => {
    const selfish: Strategy = policyLike((view, need) => ({
      giveBack: 0,
      reserve: Math.max(0, Math.min(view.free, need.waiting, need.cap - view.own)),
    }))

    expect(measure(brief(wave(40, 90), 20), selfish).longestOwedMs).toBeGreaterThan(5_000)
  })

  it('sees a policy that gives back and takes again', () => {
    const restless: Strategy = policyLike((view, need) => {
      const decision = decideShare(view, need)
      return view.own > 1 && decision.reserve === 0 ? { giveBack: 1, reserve: 0 } : decision
    })

    expect(measure(brief(hungry(40, 90), 10), restless).openedPerSecond).toBeGreaterThan(10)
  })
})

function policyLike(decide: typeof decideShare): Strategy {
  const { policy } = FLEET
  if (policy === undefined) throw new Error('A fleet has a policy.')
  return { name: 'another', policy: { ...policy, decide }, max: (cap) => cap }
}

describe('Clock', () => {
  it('lets things happen in the order of their times, and then in that of asking', () => {
    const clock = new Clock()
    const seen: string[] = []
    const note = (name: string) => () => void seen.push(`${name} at ${clock.now}`)
    clock.after(30, note('c'))
    clock.after(10, note('a'))
    clock.after(10, note('b'))
    clock.after(20, note('never')).cancel()
    clock.after(40, () => clock.after(-5, note('d')))
    clock.after(90, note('later'))

    clock.runUntil(50)

    expect(seen).toEqual(['a at 10', 'b at 10', 'c at 30', 'd at 40'])
    expect(clock.now).toBe(50)
  })

  it('keeps the order of thousands', () => {
    const clock = new Clock()
    const random = new Random(7)
    const seen: number[] = []
    for (let event = 0; event < 5_000; event++) {
      clock.after(random.below(1_000), () => void seen.push(clock.now))
    }

    clock.runUntil(1_000)

    expect(seen).toHaveLength(5_000)
    expect(seen).toEqual(seen.toSorted((one, other) => one - other))
  })
})

describe('Slots', () => {
  it('gives each slot to one at a time', () => {
    const slots = new Slots(3)

    expect([slots.take(1), slots.take(1), slots.isFree(1), slots.freeCount]).toEqual([
      true,
      false,
      false,
      2,
    ])
    slots.giveBack(1)
    slots.giveBack(1)
    expect([slots.freeCount, slots.take(1)]).toEqual([3, true])
  })

  it('samples slots that are free, each once', () => {
    const slots = new Slots(10)
    for (const slot of [0, 4, 9]) slots.take(slot)

    expect(new Set(slots.sample(20, new Random(1)))).toEqual(new Set([1, 2, 3, 5, 6, 7, 8]))
    expect(new Set(slots.sample(3, new Random(2))).size).toBe(3)
  })
})

describe('jain', () => {
  it.each([
    [[5, 5, 5], 1],
    [[1, 0, 0, 0], 0.25],
    [[0, 0], 1],
    [[], Number.NaN],
  ])('is, of %j, %d', (values, index) => {
    expect(jain(values)).toBe(index)
  })
})
