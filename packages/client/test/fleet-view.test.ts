import { describe, expect, it } from 'vitest'
import type { Sighting } from '../src/fleet-locks.ts'
import { enteringIn, freeSlots, slotsOf, someOf, viewOf } from '../src/fleet-view.ts'

const sighting = (parts: Partial<Sighting>): Sighting => ({
  slots: [],
  reserved: [],
  members: [],
  own: [],
  isDoorTaken: false,
  ...parts,
})

describe('viewOf', () => {
  it('adds up what members have above their fair share', () => {
    const view = viewOf(
      sighting({ slots: [0, 1, 2, 3, 4, 5, 6, 7, 8], members: [6, 2, 1], own: [11, 12] }),
      12,
    )

    // The fair share of each of the three is 3: 12 slots, less 2 that are kept free.
    expect(view).toEqual({
      budget: 12,
      members: 3,
      free: 3,
      own: 2,
      above: 3,
      borrowers: 1,
      isDoorTaken: false,
    })
  })

  it('takes slots that are reserved for taken', () => {
    expect(viewOf(sighting({ slots: [0], reserved: [1, 2], members: [1] }), 4).free).toBe(1)
  })

  it.each([
    [[0, 1], 1],
    [[0, 1, 2], 0],
    [[0, 1, 2, 3], 0],
  ])('keeps the next slot for whoever is at the door, where %j are taken', (slots, free) => {
    expect(viewOf(sighting({ slots, members: [1], isDoorTaken: true }), 4).free).toBe(free)
  })

  it('sees no slot beyond its own budget', () => {
    expect(viewOf(sighting({ slots: [0, 7, 9], members: [3] }), 4).free).toBe(3)
  })
})

describe('freeSlots', () => {
  it('tells the slots that nobody has or has reserved', () => {
    expect(freeSlots(sighting({ slots: [0, 4], reserved: [2] }), 5)).toEqual([1, 3])
  })
})

describe('slotsOf', () => {
  it.each([
    [2, 1],
    [90, 89],
  ])('keeps one connection of a budget of %i for whoever waits: %i', (budget, slots) => {
    expect(slotsOf(budget)).toBe(slots)
  })
})

describe('someOf', () => {
  it('chooses different values, and no more than there are', () => {
    expect(new Set(someOf([1, 2, 3, 4], 3)).size).toBe(3)
    expect(new Set(someOf([1, 2], 3))).toEqual(new Set([1, 2]))
  })

  it('chooses by chance', () => {
    const first = Array.from({ length: 200 }, () => someOf([1, 2, 3], 1)[0])

    expect(new Set(first)).toEqual(new Set([1, 2, 3]))
  })
})

describe('enteringIn', () => {
  it('counts the connections that have no slot', () => {
    expect(enteringIn(sighting({ slots: [0, 1, 5], members: [3, 1, 1] }))).toBe(2)
    expect(enteringIn(sighting({ slots: [0, 1], members: [1] }))).toBe(0)
  })
})
