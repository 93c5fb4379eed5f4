import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideShare, fairShare, spareOf } from '../src/fleet-policy.ts'
import { Rounds, type RoundMember } from './fleet-rounds.ts'

const count = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max })

const views = fc
  .record({
    budget: count(300, 1),
    members: count(400, 1),
    own: count(60),
    above: count(200),
    borrowers: count(40),
  })
  .chain((view) => count(view.budget).map((free) => ({ ...view, free })))
const needs = fc.record({ waiting: count(100), cap: count(60, 1) })

/** A member that took a slot after the borrowers were counted, and is not among them. */
const uncounted = [
  { budget: 1, members: 1, own: 2, above: 0, borrowers: 0, free: 0 },
  { waiting: 0, cap: 1 },
] as const

/** A fleet in any state that the locks allow, and the orders in which its members look. */
const fleets = count(120, 1).chain((budget) =>
  fc.record({
    budget: fc.constant(budget),
    members: fc
      .array(fc.record({ own: count(20), cap: count(30, 1), wants: count(40) }), {
        minLength: 1,
        maxLength: 30,
      })
      .map((members) => withinBudget(budget, members)),
    seed: count(1_000_000),
  }),
)

describe('decideShare', () => {
  it('asks for no more than is free, wanted and allowed, and never gives and takes', () => {
    fc.assert(
      fc.property(views, needs, (view, need) => {
        const { giveBack, reserve } = decideShare(view, need)

        expect(reserve).toBeLessThanOrEqual(
          Math.max(0, Math.min(view.free, need.waiting, need.cap - view.own)),
        )
        expect(reserve).toBeGreaterThanOrEqual(0)
        expect(giveBack).toBeGreaterThanOrEqual(0)
        expect(reserve * giveBack).toBe(0)
        expect([reserve, giveBack].every(Number.isInteger)).toBe(true)
      }),
      { examples: [[...uncounted]] },
    )
  })

  it('gives nothing of the fair share to a fleet where nobody is at the door', () => {
    fc.assert(
      fc.property(views, needs, (view, need) => {
        const { giveBack } = decideShare(view, need)

        expect(view.own - giveBack).toBeGreaterThanOrEqual(
          Math.min(view.own, fairShare(view.budget, view.members)),
        )
      }),
    )
  })

  it('leaves half of the spare to those that have less than their fair share', () => {
    fc.assert(
      fc.property(views, needs, (view, need) => {
        const { reserve } = decideShare(view, need)
        const borrowed = view.own + reserve - fairShare(view.budget, view.members)

        expect(Math.min(reserve, borrowed)).toBeLessThanOrEqual(
          Math.max(0, view.free - Math.floor(spareOf(view.budget) / 2)),
        )
      }),
    )
  })
})

describe('a fleet that follows the policy', () => {
  it('never has more than the budget', () => {
    fc.assert(
      fc.property(fleets, ({ budget, members, seed }) => {
        const rounds = new Rounds(budget, members)
        for (let round = 0; round < 6; round++) {
          rounds.look(orderOf(members.length, seed + round))

          expect(rounds.sum).toBeLessThanOrEqual(budget)
        }
      }),
    )
  })

  it('refills the spare within three looks of everybody, from any state, while nobody wants more', () => {
    fc.assert(
      fc.property(fleets, ({ budget, members, seed }) => {
        const content = members.map((member) => ({ ...member, wants: 0 }))
        const rounds = new Rounds(budget, content)
        for (let round = 0; round < 3; round++) rounds.look(orderOf(members.length, seed + round))
        const { free, above } = rounds.view(0)

        expect(above === 0 || free >= Math.ceil(spareOf(budget) / 2)).toBe(true)
      }),
    )
  })

  it('gives everybody that wants it a fair share within twelve looks, from any state', () => {
    fc.assert(
      fc.property(fleets, ({ budget, members, seed }) => {
        const rounds = new Rounds(budget, members)
        for (let round = 0; round < 12; round++) rounds.look(orderOf(members.length, seed + round))

        const owed = rounds.members.filter(
          ({ own, cap, wants }) => own < Math.min(rounds.share, cap, wants),
        )
        expect(members.length > budget - spareOf(budget) ? [] : owed).toEqual([])
      }),
    )
  })

  it('then stands still, with nobody that wants more a whole connection below the average', () => {
    fc.assert(
      fc.property(fleets, ({ budget, members, seed }) => {
        const rounds = new Rounds(budget, members)
        for (let round = 0; round < 30; round++) rounds.look(orderOf(members.length, seed + round))
        rounds.changes = 0
        for (let round = 0; round < 5; round++) rounds.look(orderOf(members.length, seed - round))

        expect(rounds.changes).toBe(0)
        const { above, borrowers } = rounds.view(0)
        const open = rounds.members.filter(({ own, cap, wants }) => own < Math.min(cap, wants))
        const borrowed = open.map(({ own }) => Math.max(0, own - rounds.share))
        for (const one of borrowed) {
          expect(one).toBeGreaterThan(above / (borrowers + (one === 0 ? 1 : 0)) - 1)
        }
      }),
    )
  })
})

/** The members with what they have cut down to what the budget allows them together. */
function withinBudget(budget: number, members: readonly RoundMember[]): RoundMember[] {
  let left = budget
  return members.map((member) => {
    const own = Math.min(left, member.own, member.cap)
    left -= own
    return { ...member, own }
  })
}

/** An order that looks random and is the same for the same seed. */
function orderOf(length: number, seed: number): number[] {
  const keys = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed, numRuns: length })
  return keys
    .map((key, index) => ({ key, index }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ index }) => index)
}
