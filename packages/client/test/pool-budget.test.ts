import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pgPool, type PgPoolOptions, type PoolBudget } from '../src/pg.ts'

const URL = 'postgres://user:hunter2@db.example:5432/shop'
const BUDGET: PoolBudget = { connections: { maxConnections: 100 }, instances: 4, surge: 1 }

beforeEach(() => {
  for (const name of ['VITEST', 'JEST_WORKER_ID']) vi.stubEnv(name, '')
})
afterEach(() => void vi.unstubAllEnvs())

describe('pgPool with a budget', () => {
  it.each<[what: string, budget: PoolBudget, max: number]>([
    ['of the limit of the server', BUDGET, 17],
    ['of a number of connections', { connections: 60, instances: 4, surge: 1 }, 12],
    ['of a number, to the last one', { connections: 60, instances: 60, surge: 0 }, 1],
    ['of a rollout that doubles', { connections: 60, instances: 4 }, 7],
    ['for each process and pool', { ...BUDGET, processes: 2, pools: 3 }, 2],
    ['beside others', { ...BUDGET, connections: { maxConnections: 100, otherClients: 50 } }, 8],
    ['with a headroom', { ...BUDGET, connections: { maxConnections: 100, headroom: 0.5 } }, 9],
  ])('opens its share: %s', (_, budget, max) => {
    expect(pgPool(URL, { budget }).config).toMatchObject({ max })
  })

  it('keeps every wait bounded', () => {
    const { max: _, ...bounds } = pgPool(URL).config

    expect(pgPool(URL, { budget: BUDGET }).config).toEqual({
      ...bounds,
      max: 17,
      verify: expect.any(Function),
    })
  })

  it.each([
    [17, undefined],
    [2, undefined],
    [undefined, 17],
    [undefined, 2],
    [3, 40],
  ])('takes a `max` of %j, or %j in the connection string', (max, limit) => {
    const url = limit === undefined ? URL : `${URL}?connection_limit=${limit}`
    const options: PgPoolOptions = max === undefined ? { budget: BUDGET } : { budget: BUDGET, max }

    expect(pgPool(url, options).config.max).toBe(max ?? limit)
  })

  it.each([
    ['the options', URL, { budget: BUDGET, max: 18 }],
    ['the connection string', `${URL}?connection_limit=18`, { budget: BUDGET }],
  ])('refuses a `max` of %s that is above its share, with the numbers', (_, url, options) => {
    expect(() => pgPool(url, options)).toThrow(
      expect.objectContaining({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringMatching(
          /^5 pools \(5 instances during a rollout x 1 processes x 1 pools\) share 87 usable connections, 17 each, and this pool wants 18\. Run fewer/,
        ),
      }),
    )
  })

  it('refuses what cannot fit, with the numbers and without the connection string', () => {
    const budget = { ...BUDGET, instances: 30, surge: 30, processes: 2 }

    expect(() => pgPool(URL, { budget })).toThrow(
      expect.objectContaining({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringMatching(
          /^120 pools \(60 instances [^.]*x 2 processes x 1 pools\) share 87 usable connections, 0 each, and this pool wants 1\. (?!.*hunter2)/,
        ),
      }),
    )
  })

  it.each([
    [{ VITEST: 'true' }, 2],
    [{ NEXT_PHASE: 'phase-production-build' }, 2],
    [{ AWS_LAMBDA_FUNCTION_NAME: 'f' }, 17],
  ])('opens no more than without one where nobody counted the process: %j', (env, max) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)

    expect(pgPool(URL, { budget: BUDGET }).config.max).toBe(max)
    expect(pgPool(URL, { budget: BUDGET, max: 5 }).config.max).toBe(5)
    expect(pgPool(URL, { budget: { connections: 1, instances: 1, surge: 0 } }).config.max).toBe(1)
  })

  it.each<[name: string, budget: unknown]>([
    ['budget', 100],
    ['budget', null],
    ['budget.instances', { connections: 100 }],
    ['budget.instances', { ...BUDGET, instances: 0 }],
    ['budget.instances', { ...BUDGET, instances: '4' }],
    ['budget.surge', { ...BUDGET, surge: -1 }],
    ['budget.surge', { ...BUDGET, surge: 0.5 }],
    ['budget.processes', { ...BUDGET, processes: 0 }],
    ['budget.pools', { ...BUDGET, pools: Number.NaN }],
    ['budget.connections', { instances: 4 }],
    ['budget.connections', { ...BUDGET, connections: 0 }],
    ['budget.connections', { ...BUDGET, connections: null }],
    ['budget.connections.maxConnections', { ...BUDGET, connections: {} }],
    [
      'budget.connections.superuserReserved',
      { ...BUDGET, connections: { maxConnections: 100, superuserReserved: -3 } },
    ],
    [
      'budget.connections.otherClients',
      { ...BUDGET, connections: { maxConnections: 100, otherClients: 1.5 } },
    ],
    [
      'budget.connections.headroom',
      { ...BUDGET, connections: { maxConnections: 100, headroom: 1 } },
    ],
    [
      'budget.connections.headroom',
      { ...BUDGET, connections: { maxConnections: 9, headroom: '10%' } },
    ],
  ])('refuses by name what is no number in its range: %s of %j', (name, budget) => {
    // What a program without types may pass.
    const options = { budget } as PgPoolOptions

    expect(() => pgPool(URL, options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(`Expected \`${name}\` to be `),
      }),
    )
  })
})
