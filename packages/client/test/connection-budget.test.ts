import { describe, expect, it } from 'vitest'
import { planConnections, type ConnectionBudget } from '../src/connection-budget.ts'

const SERVER = { maxConnections: 100, instances: 4 }

describe('planConnections', () => {
  it('plans for old and new instances side by side, with what the server keeps left out', () => {
    // 100 less 3 is 97; a tenth of that, rounded up, is nobody's.
    expect(planConnections(SERVER)).toEqual({
      usable: 87,
      instances: 8,
      pools: 8,
      perPool: 10,
      total: 80,
      fits: true,
    })
  })

  it.each<[what: string, change: Partial<ConnectionBudget>, usable: number]>([
    ['the connections of superusers', { superuserReserved: 10 }, 81],
    ['the connections that the server reserves', { reserved: 5 }, 82],
    ['the connections of others', { otherClients: 20 }, 69],
    ['a larger headroom', { headroom: 0.5 }, 48],
    ['no headroom', { headroom: 0 }, 97],
    ['more than there is', { otherClients: 200 }, 0],
  ])('takes off %s', (_, change, usable) => {
    expect(planConnections({ ...SERVER, ...change }).usable).toBe(usable)
  })

  it.each<[what: string, change: Partial<ConnectionBudget>, pools: number, perPool: number]>([
    ['no rollout', { surge: 0 }, 4, 21],
    ['one instance more', { surge: 1 }, 5, 17],
    ['four processes each', { surge: 0, processes: 4 }, 16, 5],
    ['two pools each', { surge: 0, pools: 2 }, 8, 10],
    ['all of it', { surge: 1, processes: 4, pools: 2 }, 40, 2],
  ])('shares out among the pools: %s', (_, change, pools, perPool) => {
    expect(planConnections({ ...SERVER, ...change })).toMatchObject({ pools, perPool, fits: true })
  })

  it.each<[what: string, budget: ConnectionBudget, perPool: number]>([
    ['exactly one each', { maxConnections: 8, superuserReserved: 0, headroom: 0, instances: 4 }, 1],
    ['one too few', { maxConnections: 7, superuserReserved: 0, headroom: 0, instances: 4 }, 0],
    ['nothing left', { maxConnections: 3, instances: 1 }, 0],
    ['10,000 instances', { maxConnections: 5_000, instances: 10_000 }, 0],
  ])('tells whether it fits: %s', (_, budget, perPool) => {
    expect(planConnections(budget)).toMatchObject({
      perPool,
      total: perPool * budget.instances * 2,
      fits: perPool > 0,
    })
  })

  it.each([
    // 10 * (1 - 0.9) is 0.999…98, and 100 * 0.07 is 7.000…01 in binary fractions.
    [10, 0.9, 1],
    [30, 0.1, 27],
    [70, 0.3, 49],
    [100, 0.07, 93],
  ])(
    'rounds %i connections with a headroom of %d as on paper',
    (maxConnections, headroom, usable) => {
      const plan = planConnections({ maxConnections, headroom, superuserReserved: 0, instances: 1 })

      expect(plan.usable).toBe(usable)
    },
  )
})
