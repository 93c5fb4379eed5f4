import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideShare,
  fairShare,
  idleTimeoutMs,
  longestEntryWaitMs,
  nextLookMs,
  spareOf,
  type FleetNeed,
  type FleetView,
} from '../src/fleet-policy.ts'

// 100 slots, 5 of them the spare. The fair share of 19 is 5.
const view = { budget: 100, members: 19, free: 5, own: 5, above: 0, borrowers: 0 }
const hungry = { waiting: 50, cap: 50 }
const content = { waiting: 0, cap: 50 }

describe('spareOf', () => {
  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [40, 2],
    [41, 3],
    [100, 5],
    [1_000, 50],
  ])('keeps of %i slots %i free', (budget, spare) => {
    expect(spareOf(budget)).toBe(spare)
  })
})

describe('fairShare', () => {
  it.each([
    [100, 0, 95],
    [100, 1, 95],
    [100, 19, 5],
    [100, 20, 4],
    [100, 95, 1],
    [100, 5_000, 1],
    [1, 3, 1],
  ])('is, of %i slots for %i members, %i', (budget, members, share) => {
    expect(fairShare(budget, members)).toBe(share)
  })
})

describe('decideShare', () => {
  it.each<[string, FleetView, FleetNeed, number]>([
    ['what is wanted', { ...view, free: 60 }, { waiting: 3, cap: 50 }, 3],
    ['no more than the pool may have', { ...view, free: 60 }, { waiting: 9, cap: 7 }, 2],
    ['any free slot up to the fair share', { ...view, free: 2, own: 1 }, hungry, 2],
    ['the spare up to the fair share, and no more', { ...view, own: 2 }, hungry, 3],
    ['nothing of the spare above the fair share', view, hungry, 0],
    ['what is above the spare', { ...view, free: 9 }, hungry, 4],
    ['nothing where nothing is free', { ...view, free: 0, own: 0 }, hungry, 0],
    ['nothing where nobody waits', { ...view, free: 60 }, content, 0],
    [
      'nothing where the pool is too large already',
      { ...view, free: 60 },
      { ...hungry, cap: 3 },
      0,
    ],
    [
      'half of the spare where others have borrowed and it has not',
      { ...view, above: 30, borrowers: 3 },
      hungry,
      3,
    ],
    [
      'what it lacks of its share where others have borrowed no more than that',
      { ...view, own: 4, above: 2, borrowers: 1 },
      hungry,
      1,
    ],
    [
      'nothing of the spare where others have borrowed one more',
      { ...view, own: 6, above: 7, borrowers: 4 },
      hungry,
      0,
    ],
    [
      'nothing of the spare where it is not known how many have borrowed',
      { budget: 100, members: 19, free: 5, own: 5, above: 30 },
      hungry,
      0,
    ],
  ])('lets a member take %s', (_, seen, need, reserve) => {
    expect(decideShare(seen, need)).toEqual({ giveBack: 0, reserve })
  })

  const owing = { ...view, free: 2, own: 9, above: 60, borrowers: 15 }

  it.each<[string, FleetView, FleetNeed, number]>([
    ['nothing while the spare is free', { ...owing, free: 5 }, hungry, 0],
    ['nothing of its fair share', { ...owing, own: 5 }, hungry, 0],
    ['three times its part of what is missing', owing, hungry, 1],
    ['no more than is missing', { ...owing, own: 30 }, hungry, 3],
    ['more than is missing where it wants none itself', { ...owing, own: 30 }, content, 4],
    ['no more than it has borrowed', { ...owing, own: 6, above: 1, borrowers: 1 }, content, 1],
    ['what others lack too, where nothing is free', { ...owing, free: 0, own: 30 }, hungry, 25],
    ['its part where much is missing', { ...owing, own: 6 }, hungry, 1],
    ['its part of little where it wants none itself', { ...owing, free: 4, own: 6 }, content, 1],
    [
      'more where all look rarely',
      { budget: 1_000, members: 900, free: 40, own: 9, above: 2_000, borrowers: 450 },
      hungry,
      2,
    ],
  ])('lets a member give back %s', (_, seen, need, giveBack) => {
    expect(decideShare(seen, need)).toEqual({ giveBack, reserve: 0 })
  })

  it('lets a member keep what it wants where little is missing and others have borrowed more', () => {
    expect(decideShare({ ...owing, free: 4, own: 6 }, hungry).giveBack).toBe(0)
  })

  const full = { budget: 4, members: 6, free: 0, own: 1, above: 0, borrowers: 0, isDoorTaken: true }
  const busy = { waiting: 3, cap: 9, isIdle: false, heldMs: 1_000 }
  const idle = { waiting: 0, cap: 9, isIdle: true, heldMs: 0 }

  it.each<[string, FleetView, FleetNeed, number]>([
    ['its last connection when its turn is over', full, busy, 1],
    ['nothing before', full, { ...busy, heldMs: 999 }, 0],
    ['nothing where it is not known since when it has it', full, hungry, 0],
    ['nothing where nobody is at the door', { ...full, isDoorTaken: false }, busy, 0],
    ['nothing while others have more than their share', { ...full, above: 1 }, busy, 0],
    ['nothing while the spare is free', { ...full, free: 2 }, busy, 0],
    ['its last connection too while only a part of the spare is', { ...full, free: 1 }, busy, 1],
    ['the only slot that there is', { ...full, budget: 1 }, busy, 1],
    ['what it does not use', { ...full, own: 2, members: 1, isDoorTaken: false }, idle, 2],
    ['nothing that it does not use while the spare is free', { ...full, free: 2 }, idle, 0],
    ['nothing where it has nothing', { ...full, own: 0 }, busy, 0],
  ])('lets a member of a full fleet give %s', (_, seen, need, giveBack) => {
    expect(decideShare(seen, need).giveBack).toBe(giveBack)
  })
})

describe('nextLookMs', () => {
  const owing = { ...view, free: 1, own: 9, above: 9, borrowers: 3 }
  const many = { budget: 500, members: 400, free: 0, own: 1, above: 0, borrowers: 0 }

  it.each<[string, FleetView, FleetNeed, number]>([
    ['a second', view, content, 1_000],
    ['sooner where it has less than its share', { ...view, own: 4 }, hungry, 500],
    ['a second where it wants no more', { ...view, own: 4 }, content, 1_000],
    ['a second where its pool may have no more', { ...view, own: 4 }, { ...hungry, cap: 4 }, 1_000],
    ['sooner where it has to give back', owing, hungry, 500],
    ['a second while the spare is free', { ...owing, free: 5 }, hungry, 1_000],
    ['later where many look', many, content, 5_700],
    ['no later where more cannot look', { ...many, members: 5_000 }, content, 7_125],
    ['as soon as ever where few have borrowed', { ...many, own: 2, borrowers: 9 }, hungry, 500],
  ])('is %s', (_, seen, need, ms) => {
    expect(Math.round(nextLookMs(seen, need))).toBe(ms)
  })

  it('takes all for borrowers where it is not known how many are', () => {
    const { borrowers: _, ...unknown } = { ...many, own: 2 }

    expect(Math.round(nextLookMs(unknown, hungry))).toBe(2_850)
  })

  it('keeps the looks of all members below two fifths of a core of the server', () => {
    const size = fc.integer({ min: 1, max: 5_000 })
    fc.assert(
      fc.property(size, size, (budget, members) => {
        const seen = { budget, members, free: 0, own: 1, above: 0, borrowers: 0 }
        const looksPerSecond = (Math.min(budget, members) * 1_000) / nextLookMs(seen, hungry)

        expect(looksPerSecond * (0.35 + 0.005 * budget)).toBeLessThan(400.001)
      }),
    )
  })
})

describe('idleTimeoutMs', () => {
  it.each([
    [100, 10_000, 10_000],
    [25, 10_000, 10_000],
    [5, 10_000, 2_000],
    [2, 10_000, 1_000],
    [0, 10_000, 1_000],
    [0, 500, 500],
  ])('is, with %i of 100 slots free, of %i ms %i', (free, configuredMs, ms) => {
    expect(idleTimeoutMs({ ...view, free }, configuredMs)).toBe(ms)
  })
})

describe('longestEntryWaitMs', () => {
  it.each([
    [1, 1, false, 100],
    [3, 2, false, 400],
    [9, 2, false, 1_000],
    [9, 2, true, 250],
    [9, 4, false, 4_000],
    [9, 4, true, 1_000],
    [3, 4, false, 400],
    [20, 40, true, 30_000],
  ])(
    'is, before attempt %i beside %i that enter, late %s, %i ms',
    (attempt, entering, isLate, ms) => {
      expect(longestEntryWaitMs(attempt, entering, isLate)).toBe(ms)
    },
  )
})
