import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBudgetInput, type BudgetFlags } from '../src/budget/budget-input.ts'
import { formatBudget } from '../src/budget/format-budget.ts'
import { planBudget, type BudgetReport } from '../src/budget/plan-budget.ts'
import { plain } from '../src/report/paint.ts'
import { oneprisma } from './cli-program.ts'
import { plant } from './project-fixture.ts'

const FLAGS: BudgetFlags = { 'max-connections': '100', instances: '8', surge: '2' }

function plan(flags: BudgetFlags): BudgetReport {
  return planBudget(readBudgetInput(flags))
}

function print(flags: BudgetFlags): string {
  const input = readBudgetInput(flags)
  return formatBudget(input, planBudget(input), plain)
}

describe('readBudgetInput', () => {
  it('takes what is not given from PostgreSQL, and a rollout for one that doubles', () => {
    expect(readBudgetInput({ 'max-connections': '100', instances: '8' })).toEqual({
      limit: {
        maxConnections: 100,
        superuserReserved: 3,
        reserved: 0,
        otherClients: 0,
        headroom: 0.1,
      },
      instances: 8,
      surge: { unit: 'percent', percent: 100 },
      processes: 1,
      pools: 1,
      provider: undefined,
    })
  })

  it.each<[flags: BudgetFlags, message: RegExp]>([
    [{ instances: '8' }, /^Give --max-connections, or --provider with --compute\.$/],
    [{ 'max-connections': '100' }, /^Give --instances\.$/],
    [{ ...FLAGS, instances: '0' }, /^--instances is a whole number from 1 to 1000000, not "0"\.$/],
    [{ ...FLAGS, instances: '-1' }, /not "-1"/],
    [{ ...FLAGS, instances: '1.5' }, /not "1\.5"/],
    [{ ...FLAGS, instances: '1e3' }, /not "1e3"/],
    [{ ...FLAGS, instances: '' }, /not ""/],
    [{ ...FLAGS, instances: '1000001' }, /not "1000001"/],
    [{ ...FLAGS, 'max-connections': 'many' }, /^--max-connections is a whole number/],
    [{ ...FLAGS, processes: '0' }, /^--processes is a whole number from 1 /],
    [{ ...FLAGS, pools: '0' }, /^--pools is a whole number from 1 /],
    [{ ...FLAGS, reserved: 'x' }, /^--reserved is a whole number from 0 /],
    [{ ...FLAGS, 'other-clients': '10%' }, /^--other-clients is a whole number from 0 /],
    [
      { ...FLAGS, headroom: '100%' },
      /^--headroom is a share below 100%, such as 10% or 0\.1, not "100%"/,
    ],
    [{ ...FLAGS, headroom: '1' }, /not "1"/],
    [{ ...FLAGS, headroom: '-5%' }, /not "-5%"/],
    [{ ...FLAGS, headroom: '%' }, /not "%"/],
    [{ ...FLAGS, surge: '25.5%' }, /^--surge is a number of instances, or a share of them such as/],
    [{ ...FLAGS, surge: '9999999' }, /not "9999999"/],
    [{ ...FLAGS, compute: '1' }, /^--compute goes with --provider\.$/],
    [
      { ...FLAGS, provider: 'heroku' },
      /^--provider is one of neon, supabase, prisma-postgres, rds, not/,
    ],
    [{ ...FLAGS, provider: 'toString' }, /not "toString"/],
    [{ ...FLAGS, provider: 'neon' }, /^--compute is missing: for neon it is the compute units/],
    [{ ...FLAGS, provider: 'neon', compute: '0.3' }, /^--compute is not "0\.3"/],
    [{ ...FLAGS, provider: 'neon', compute: '57' }, /^--compute is not "57"/],
    [{ ...FLAGS, provider: 'supabase', compute: 'constructor' }, /^--compute is not "constructor"/],
    [{ ...FLAGS, provider: 'prisma-postgres', compute: 'gold' }, /^--compute is not "gold"/],
    [{ ...FLAGS, provider: 'rds', compute: 'db.t3' }, /^--compute is not "db\.t3"/],
    [{ ...FLAGS, provider: 'rds', compute: '0' }, /^--compute is not "0"/],
  ])('refuses %j', (flags, message) => {
    expect(() => readBudgetInput(flags)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    )
  })

  it.each<[provider: string, compute: string, maxConnections: number, kept: number]>([
    ['neon', '0.25', 104, 7],
    ['neon', '0.50', 209, 7],
    ['neon', '1', 419, 7],
    ['neon', '4', 1_678, 7],
    ['neon', '8', 3_357, 7],
    ['neon', '9', 4_000, 7],
    ['neon', '56', 4_000, 7],
    ['supabase', 'Nano', 60, 3],
    ['supabase', '16XL', 500, 3],
    ['prisma-postgres', 'free', 10, 5],
    ['prisma-postgres', 'business', 100, 5],
    // db.t4g.micro and db.t4g.medium, and the cap.
    ['rds', '1', 112, 3],
    ['rds', '4GiB', 450, 3],
    ['rds', '64', 5_000, 3],
  ])('knows what %s gives at %s', (provider, compute, maxConnections, kept) => {
    const { limit } = readBudgetInput({ instances: '1', provider, compute })

    expect(limit.maxConnections).toBe(maxConnections)
    expect(limit.superuserReserved + limit.reserved).toBe(kept)
  })

  it('takes what is given in place of what the provider says', () => {
    const given = { 'max-connections': '50', 'superuser-reserved': '1', reserved: '2' }

    const { limit } = readBudgetInput({ ...FLAGS, provider: 'neon', compute: '1', ...given })

    expect(limit).toMatchObject({ maxConnections: 50, superuserReserved: 1, reserved: 2 })
  })
})

describe('planBudget', () => {
  it.each<[surge: string | undefined, pools: number, perPool: number]>([
    ['0', 8, 10],
    ['2', 10, 8],
    ['25%', 10, 8],
    ['26%', 11, 7],
    ['100%', 16, 5],
    [undefined, 16, 5],
  ])('counts a rollout of %s', (surge, pools, perPool) => {
    expect(plan({ ...FLAGS, surge })).toMatchObject({
      verdict: 'fits',
      plan: { pools, perPool },
      left: 87 - pools * perPool,
      remedies: undefined,
      pooler: undefined,
    })
  })

  it.each<[what: string, flags: BudgetFlags, verdict: BudgetReport['verdict']]>([
    ['two connections for each pool', { ...FLAGS, instances: '41' }, 'fits'],
    ['less than two', { ...FLAGS, instances: '42' }, 'tight'],
    ['one', { ...FLAGS, instances: '85' }, 'tight'],
    ['less than one', { ...FLAGS, instances: '86' }, 'too-small'],
    ['others that take all', { ...FLAGS, 'other-clients': '97' }, 'too-small'],
  ])('tells %s', (_, flags, verdict) => {
    expect(plan(flags).verdict).toBe(verdict)
  })

  it.each<[flags: BudgetFlags]>([
    [{ ...FLAGS, instances: '42' }],
    [{ ...FLAGS, instances: '400', surge: '25%', processes: '3', pools: '2' }],
    [{ ...FLAGS, instances: '10000', surge: '100%', headroom: '33.3%', 'other-clients': '20' }],
    [{ ...FLAGS, instances: '1000', headroom: '0', 'superuser-reserved': '0' }],
  ])('proposes the most instances and the least limit that fit: %j', (flags) => {
    const { instances = 0, maxConnections = 0 } = plan(flags).remedies ?? {}

    const verdicts = [
      plan({ ...flags, instances: `${instances}` }),
      plan({ ...flags, instances: `${instances + 1}` }),
      plan({ ...flags, 'max-connections': `${maxConnections}` }),
      plan({ ...flags, 'max-connections': `${maxConnections - 1}` }),
    ].map(({ verdict }) => verdict)

    expect([verdicts[0], verdicts[2]]).toEqual(['fits', 'fits'])
    expect([verdicts[1], verdicts[3]]).not.toContain('fits')
  })

  it('says that no number of instances is small enough', () => {
    expect(plan({ ...FLAGS, processes: '50' }).remedies).toMatchObject({ instances: 0 })
  })

  it.each([
    ['100', 10, 2_000, 1, 2_000, 87],
    ['500', 10, 10_000, 1, 10_000, 87],
    ['1000', 5, 10_000, 1, 10_000, 87],
    ['2000', 3, 12_000, 2, 7_500, 43],
    ['10000', 3, 60_000, 6, 12_500, 14],
  ])(
    'plans PgBouncers for %s instances that double: max %i, %i clients, %i processes',
    (instances, clientMax, clients, processes, clientsOfOne, size) => {
      const { plan: shares, pooler } = plan({ 'max-connections': '100', instances })

      expect(pooler).toMatchObject({
        clientMax,
        clients,
        pgbouncer: {
          processes,
          max_client_conn: clientsOfOne,
          default_pool_size: size,
          max_db_connections: size,
          query_wait_timeout: 10,
          files: clientsOfOne + size + 50,
        },
        rdsProxy: { MaxConnectionsPercent: 87, ConnectionBorrowTimeout: 10 },
        hosted: undefined,
      })
      expect(processes * size).toBeLessThanOrEqual(shares.usable)
      expect(processes * clientsOfOne).toBeGreaterThanOrEqual(clients)
    },
  )

  it('plans no PgBouncer where there would be more of them than connections', () => {
    const flags = { 'max-connections': '10', instances: '100000' }

    expect(plan(flags).pooler).toMatchObject({ pgbouncer: undefined, clients: 600_000 })
    expect(print(flags)).toContain('PgBouncer: there would have to be more of them than')
  })

  it.each([
    ['neon', '1', '300', 10, true],
    ['neon', '1', '2000', 2, true],
    ['neon', '1', '5000', 3, false],
    ['supabase', 'micro', '40', 2, true],
    ['supabase', 'micro', '60', 10, false],
    ['prisma-postgres', 'free', '12', 2, true],
    ['prisma-postgres', 'free', '13', 10, false],
  ])(
    'asks whether the pooler of %s (%s) is enough for %s instances: max %i, %s',
    (provider, compute, instances, clientMax, fits) => {
      const flags = { provider, compute, instances }

      expect(plan(flags).pooler).toMatchObject({
        clientMax,
        hosted: { fits },
        rdsProxy: undefined,
      })
      expect(print(flags).includes('default_pool_size')).toBe(!fits)
    },
  )
})

describe('oneprisma budget', () => {
  it('prints the arithmetic, and what to write', () => {
    const args =
      'budget --max-connections 100 --other-clients 10 --instances 8 --surge 2 --processes 2'

    const { code, stdout, stderr } = oneprisma(plant({}), args.split(' '))

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatchInlineSnapshot(`
      "max_connections             100
      kept for superusers       -   3
      kept by the server        -   0
      used by other clients     -  10
      headroom of 10%           -   9
      usable                    =  78

      instances                     8
      more during a rollout     +   2
      processes of an instance  x   2
      pools of a process        x   1
      pools during a rollout    =  20

      connections of a pool         3
      of an instance                6
      of all pools together        60
      left over                    18

      It fits: 20 pools of 3 open at most 60 of 78 usable connections.

      In the shared module:

        pgPool(process.env.DATABASE_URL, {
          budget: { connections: { maxConnections: 100, otherClients: 10 }, instances: 8, surge: 2, processes: 2 },
        })

      On Kubernetes: replicas 8 at the most, rollingUpdate.maxSurge 2.
      Kubernetes does not count pods that are terminating: they come on top until they have drained.
      "
    `)
  })

  it('prints what would fit, and the pooler that it takes', () => {
    const args = 'budget --max-connections 500 --instances 10000 --surge 25%'

    const { code, stdout, stderr } = oneprisma(plant({}), args.split(' '))

    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatchInlineSnapshot(`
      "max_connections                   500
      kept for superusers          -      3
      kept by the server           -      0
      used by other clients        -      0
      headroom of 10%              -     50
      usable                       =    447

      instances                      10,000
      more during a rollout (25%)  +  2,500
      processes of an instance     x      1
      pools of a process           x      1
      pools during a rollout       = 12,500

      connections of a pool               0
      of an instance                      0
      of all pools together               0
      left over                         447

      It does not fit: 12,500 pools share 447 usable connections, which is less than one each.
      Two connections for each pool would take one of these:
      - fewer instances: 178 instances at the most
      - a higher limit: max_connections of 27,781
      - a pooler, as below

      With a pooler in transaction mode, 37,500 connections go to it, 3 from each pool:

        pgPool(process.env.DATABASE_URL, { max: 3 })   // DATABASE_URL is that of the pooler

      PgBouncer, 4 processes, each with its part of the clients and of the server:

        pool_mode = transaction
        max_client_conn = 11719
        default_pool_size = 111
        max_db_connections = 111
        query_wait_timeout = 10

      and at least 11,880 open files (LimitNOFILE of systemd) for each process.

      RDS Proxy: MaxConnectionsPercent 89, ConnectionBorrowTimeout 10.

      At 5 ms a statement, 447 connections carry 89,400 statements a second, whoever shares them.
      Migrations go to the server itself, by a URL of their own (docs/pooling.md).
      "
    `)
  })

  it('says what is tight, and ends with 0', () => {
    const args = 'budget --provider neon --compute 0.25 --instances 40'

    const { code, stdout } = oneprisma(plant({}), args.split(' '))

    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "max_connections (Neon, 0.25 CU)    104
      kept for superusers              -   7
      kept by the server               -   0
      used by other clients            -   0
      headroom of 10%                  -  10
      usable                           =  87

      instances                           40
      more during a rollout (100%)     +  40
      processes of an instance         x   1
      pools of a process               x   1
      pools during a rollout           =  80

      connections of a pool                1
      of an instance                       1
      of all pools together               80
      left over                            7

      It fits, and is tight: 80 pools of 1 open at most 80 of 87 usable connections.
      A query beside an interactive transaction needs a second connection, and would wait for it in vain.
      Two connections for each pool would take one of these:
      - fewer instances: 21 instances at the most
      - a higher limit: max_connections of 185
      - a pooler, as below

      In the shared module:

        pgPool(process.env.DATABASE_URL, {
          budget: { connections: { maxConnections: 104, superuserReserved: 7 }, instances: 40 },
        })

      On Kubernetes: replicas 40 at the most, rollingUpdate.maxSurge 100%.

      With a pooler in transaction mode, 800 connections go to it, 10 from each pool:

        pgPool(process.env.DATABASE_URL, { max: 10 })   // DATABASE_URL is that of the pooler

      The pooler of Neon takes 10,000 connections of clients, which is enough. It opens up to 93 connections to the server.

      At 5 ms a statement, 93 connections carry 18,600 statements a second, whoever shares them.
      Migrations go to the server itself, by a URL of their own (docs/pooling.md).
      "
    `)
  })

  it('prints the same as JSON', () => {
    const args = ['budget', '--max-connections', '100', '--instances', '300', '--json']

    const { code, stdout } = oneprisma(plant({}), args)

    expect(code).toBe(1)
    const flags = { 'max-connections': '100', instances: '300' }
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(JSON.stringify({ provider: null, ...plan(flags) })),
    )
  })

  it.each([
    [['--instances', '4'], /^USAGE: Give --max-connections/],
    [['--max-connections', '100', '--instances', 'x'], /^USAGE: --instances is a whole number/],
    [['packages/api', '--instances', '4'], /^USAGE: "packages\/api" is too many: a budget is/],
    [['--live'], /^USAGE: Unknown option '--live'\./],
  ])('ends with 2 for %j', (args, message) => {
    const { code, stdout, stderr } = oneprisma(plant({}), ['budget', ...args])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  it('has colours where they are wanted', () => {
    const args = ['budget', '--max-connections', '100', '--instances', '4']

    const { stdout } = oneprisma(plant({}), args, { env: { FORCE_COLOR: '1' } })

    expect(stdout).toContain('\u001B[32mIt fits: 8 pools of 10')
  })
})

describe('docs/budget.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/budget.md'), 'utf8')
  const examples = [...page.matchAll(/^`npx oneprisma (budget .*)`\n\n```text\n([^]*?)\n```$/gm)]

  it.each(examples.map(([, command = '', output = '']) => [command, output]))(
    'shows what the command prints: %s',
    (command, output) => {
      expect(oneprisma(plant({}), command.split(' ')).stdout).toBe(`${output}\n`)
    },
  )

  it('shows plans for 4, 100 and 10,000 instances', () => {
    const instances = examples.map(([, command]) => /--instances (\d+)/.exec(command ?? '')?.[1])

    expect(instances).toEqual(['4', '100', '10000'])
  })
})
