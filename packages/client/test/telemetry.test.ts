import { readFileSync } from 'node:fs'
import { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import pg from 'pg'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { EVENT_NAMES } from '../src/event-names.ts'
import { disconnect, drain, sharePrisma } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import {
  recentActivity,
  setLogLevel,
  snapshot,
  snapshotAll,
  subscribe,
  telemetry,
  type Logger,
  type OperationRecord,
  type StatementRecord,
  type TelemetryEventName,
  type TelemetryEvents,
  type TelemetryOptions,
} from '../src/telemetry.ts'
import { deferred, forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: {
    count(): Promise<number>
    create(args: { data: { label: string } }): Promise<{ id: number; label: string }>
    findUnique(args: { where: { id: number } }): Promise<{ id: number; label: string } | null>
    findMany(): Promise<Array<{ id: number }>>
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>, options?: object): Promise<Result>
  $transaction(batch: Array<Promise<unknown>>): Promise<unknown[]>
  $queryRawUnsafe(sql: string, ...values: unknown[]): Promise<unknown>
  $executeRawUnsafe(sql: string): Promise<number>
  $extends(extension: object): ItemClient
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

const admin = new pg.Client(inject('databaseUrl'))
const stops: Array<() => void> = []
const opened: object[] = []

beforeAll(async () => {
  await admin.connect()
  await admin.query(
    'CREATE SCHEMA telemetry_test; CREATE TABLE telemetry_test."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => {
  await admin.query('DROP SCHEMA telemetry_test CASCADE')
  await admin.end()
})
beforeEach(async () => {
  for (const stop of stops.splice(0)) stop()
  for (const prisma of opened.splice(0)) await disconnect(prisma)
  forgetSharedClients()
  await admin.query('TRUNCATE telemetry_test."Item" RESTART IDENTITY')
})

function share(
  options: TelemetryOptions = {},
  {
    name = 'default',
    max = 5,
    extension,
  }: { name?: string; max?: number; extension?: object } = {},
): ItemClient {
  const prisma = sharePrisma(
    ({ observe }) => {
      const { config, options: adapter } = pgPool(
        `${inject('databaseUrl')}?schema=telemetry_test&connection_limit=${max}&application_name=telemetry-probe`,
      )
      const client = new PrismaClient({ adapter: observe(new PrismaPg(config, adapter)) })
      return extension === undefined ? client : client.$extends(extension)
    },
    { name, telemetry: telemetry({ log: false, ...options }) },
  )
  opened.push(prisma)
  return prisma
}

function collect<Name extends TelemetryEventName>(name: Name): Array<TelemetryEvents[Name]> {
  const events: Array<TelemetryEvents[Name]> = []
  stops.push(subscribe(name, (event) => events.push(event)))
  return events
}

const actions = (records: readonly OperationRecord[]): string[] =>
  records.map(({ model = '', action }) => `${model}.${action}`)

describe('telemetry', () => {
  it('tells of every operation, with its model, and of its statements', async () => {
    const operations = collect('operation.ended')
    const statements = collect('query.ended')
    const prisma = share()

    await prisma.item.create({ data: { label: 'a' } })
    await prisma.$queryRawUnsafe('SELECT $1::int', 1)
    await prisma.item.count()

    expect(actions(operations)).toEqual(['Item.create', '.$queryRawUnsafe', 'Item.count'])
    expect(operations.map(({ statements: count }) => count)).toEqual([1, 1, 1])
    expect(statements.map(({ verb, rows, parameters }) => ({ verb, rows, parameters }))).toEqual([
      { verb: 'INSERT', rows: 1, parameters: 1 },
      { verb: 'SELECT', rows: 1, parameters: 1 },
      { verb: 'SELECT', rows: 1, parameters: expect.any(Number) },
    ])
    expect(statements[0]?.operation).toMatchObject({ model: 'Item', action: 'create' })
  })

  it('tells of the operations inside of an interactive transaction, and of its end', async () => {
    const operations = collect('operation.ended')
    const statements = collect('query.ended')
    const transactions = collect('transaction.ended')
    const prisma = share()

    await prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'a' } })
      await tx.item.count()
    })

    expect(operations).toMatchObject([
      { model: 'Item', action: 'create', inTransaction: true },
      { model: 'Item', action: 'count', inTransaction: true },
      { model: undefined, action: '$transaction', inTransaction: false, statements: 2 },
    ])
    expect(statements.map(({ verb, inTransaction }) => [verb, inTransaction])).toEqual([
      ['BEGIN', true],
      ['INSERT', true],
      ['SELECT', true],
      ['COMMIT', true],
    ])
    expect(transactions).toMatchObject([{ outcome: 'committed', client: 'default' }])
  })

  it('tells how a transaction ended that was rolled back', async () => {
    const transactions = collect('transaction.ended')
    const failures = collect('operation.failed')
    const prisma = share()

    const cause = new Error('no more')
    const failing = prisma.$transaction(async (tx) => {
      await tx.item.count()
      throw cause
    })

    await expect(failing).rejects.toBe(cause)
    expect(transactions).toMatchObject([{ outcome: 'rolled_back' }])
    expect(failures).toMatchObject([{ action: '$transaction', error: { kind: 'other' } }])
    expect(snapshot(prisma).transactions).toMatchObject({
      open: 0,
      ended: [{ outcome: 'rolled_back' }],
    })
  })

  it('classes errors, and tells their codes', async () => {
    const failures = collect('operation.failed')
    const statements = collect('query.ended')
    const prisma = share()
    await prisma.item.create({ data: { label: 'a' } })

    await expect(prisma.item.create({ data: { label: 'a' } })).rejects.toThrow('Unique constraint')
    await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division by zero')

    expect(failures.map(({ error }) => error)).toEqual([
      { kind: 'constraint_violation', code: 'P2002', databaseCode: '23505' },
      { kind: 'other', code: 'P2010', databaseCode: '22012' },
    ])
    expect(statements.map(({ error }) => error?.databaseCode)).toEqual([
      undefined,
      '23505',
      '22012',
    ])
    expect(snapshot(prisma).operations).toMatchObject([
      { model: 'Item', action: 'create', error: undefined, duration: { count: 1 } },
      { model: 'Item', action: 'create', error: 'constraint_violation', duration: { count: 1 } },
      { model: undefined, action: '$queryRawUnsafe', error: 'other', duration: { count: 1 } },
    ])
  })

  it('gives every statement the context of its request, and none where requests are merged', async () => {
    const statements = collect('query.ended')
    const operations = collect('operation.ended')
    const prisma = share()
    await prisma.item.create({ data: { label: 'a' } })
    await prisma.item.create({ data: { label: 'b' } })
    statements.length = 0
    operations.length = 0

    const found = await Promise.all(
      [1, 2].map((id) =>
        withRequestContext({ requestId: `request-${id}` }, () =>
          prisma.item.findUnique({ where: { id } }),
        ),
      ),
    )
    await withRequestContext({ requestId: 'alone' }, () =>
      prisma.item.findUnique({ where: { id: 1 } }),
    )

    expect(found.map((item) => item?.label)).toEqual(['a', 'b'])
    expect(statements.map(({ isMerged, context }) => [isMerged, context?.requestId])).toEqual([
      [true, undefined],
      [false, 'alone'],
    ])
    expect(new Set(operations.map(({ context }) => context?.requestId))).toEqual(
      new Set(['alone', 'request-1', 'request-2']),
    )
    expect(operations).toHaveLength(3)
  })

  it('tells the wait for a connection apart from the execution', async () => {
    const statements = collect('query.ended')
    const prisma = share({}, { max: 1 })
    await prisma.item.count()
    const gate = deferred<void>()
    const entered = deferred<void>()
    const holder = prisma.$transaction(async (tx) => {
      await tx.item.count()
      entered.resolve()
      await gate.promise
    })
    await entered.promise

    const waiting = prisma.$queryRawUnsafe('SELECT 42').finally(() => {})
    await expect.poll(() => snapshot(prisma).connections.pool?.waiting).toBe(1)
    const queuedAt = performance.now()
    await admin.query('SELECT 1')
    const heldMs = performance.now() - queuedAt
    gate.resolve()
    await Promise.all([holder, waiting])

    const waited = statements.find(({ text }) => text.includes('SELECT') && text.length < 12)
    expect(waited?.waitMs).toBeGreaterThanOrEqual(heldMs)
    expect(waited?.durationMs).toBeGreaterThanOrEqual(waited?.waitMs ?? Infinity)
  })

  it('keeps the numbers of two clients apart', async () => {
    const one = share({}, { name: 'one' })
    const two = share({}, { name: 'two' })

    await one.item.count()
    await one.item.count()
    await two.item.create({ data: { label: 'a' } })

    expect(snapshot(one).operations).toMatchObject([{ action: 'count', duration: { count: 2 } }])
    expect(snapshot(two).operations).toMatchObject([{ action: 'create', duration: { count: 1 } }])
    expect(snapshot(one).statements).toMatchObject([{ verb: 'SELECT', duration: { count: 2 } }])
    expect(snapshotAll().map(({ client, connections }) => [client, connections.opened])).toEqual([
      ['one', 1],
      ['two', 1],
    ])
  })

  it('counts a wait for a connection of a pool that two clients share for the one that asked', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 })
    onTestFinished(() => pool.end())
    const onPool = (name: string): ItemClient => {
      const prisma = sharePrisma(
        ({ observe }) =>
          new PrismaClient({
            adapter: observe(new PrismaPg(pool, { schema: 'telemetry_test' })),
          }),
        { name, telemetry: telemetry({ log: false }) },
      )
      opened.push(prisma)
      return prisma
    }
    const [one, other] = [onPool('one'), onPool('other')]

    await Promise.all([one.item.count(), other.item.count(), other.item.findMany()])

    expect([one, other].map((prisma) => snapshot(prisma).connections.wait.count)).toEqual([1, 2])
  })

  it('knows how many statements are in flight, and that none is once they have ended', async () => {
    const prisma = share()
    await prisma.item.count()
    await admin.query('BEGIN; LOCK TABLE telemetry_test."Item"')
    const acquired = collect('connection.acquired')
    const counting = Promise.all([prisma.item.count(), prisma.item.count()])
    await expect.poll(() => acquired.length).toBe(2)

    const during = snapshot(prisma).statementsInFlight
    await admin.query('COMMIT')
    await counting
    await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow(/division by zero/)
    await expect(prisma.$transaction(async () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    )

    expect([during, snapshot(prisma).statementsInFlight]).toEqual([2, 0])
  })

  it('tells of a transaction that is held, with the place that opened it, and of its return', async () => {
    const held = collect('transaction.held')
    const returned = collect('transaction.returned')
    const prisma = share({ heldTransactionMs: 1 })

    await prisma.$transaction(async function openIt(tx) {
      await tx.item.count()
      await expect.poll(() => held.length).toBe(1)
      expect(recentActivity(prisma).transactions).toHaveLength(1)
    })

    expect(held[0]?.stack?.split('\n')[0]).toContain('telemetry.test.ts')
    expect(returned).toMatchObject([{ outcome: 'committed' }])
    expect(returned[0]?.ageMs).toBeGreaterThanOrEqual(1)
    expect(snapshot(prisma).transactions).toMatchObject({ held: 1, open: 0 })
    expect(recentActivity(prisma).transactions).toEqual([])
  })

  it('tells of clients that are created and drained', async () => {
    const created = collect('client.created')
    const drained = collect('client.drained')
    const prisma = share()

    await prisma.item.count()
    await disconnect(prisma)
    await prisma.item.count()
    await drain(prisma)

    expect(created).toMatchObject([{ generation: 1 }, { generation: 2 }])
    expect(drained).toMatchObject([
      { generation: 1, isClean: true },
      { generation: 2, isClean: true },
    ])
    expect(snapshot(prisma)).toMatchObject({ generation: 2, drains: { clean: 2, unclean: 0 } })
    await expect
      .poll(() => snapshot(prisma).connections)
      .toMatchObject({ opened: 2, closed: [{ reason: 'drain', count: 2 }] })
  })

  it('puts the context into a comment that the server sees', async () => {
    const prisma = share({ comments: { app: 'shop', release: 'r1' } })
    const seen = await withRequestContext({ requestId: 'abc-1', route: '/orders/[id]' }, () =>
      prisma.$queryRawUnsafe('SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()'),
    )

    const [{ query = '' } = {}] = seen as Array<{ query?: string }>
    expect(query).toMatch(
      /^\/\*app='shop',release='r1',request_id='abc-1',route='[^']*orders[^']*'\*\/ SELECT/,
    )
  })

  it('works with an extended client', async () => {
    const operations = collect('operation.ended')
    const statements = collect('query.ended')
    const prisma = share(
      {},
      {
        extension: {
          query: {
            $allModels: {
              $allOperations: async ({
                args,
                query,
              }: {
                args: object
                query(args: object): unknown
              }) => await query(args),
            },
          },
        },
      },
    )

    await withRequestContext({ requestId: 'r' }, () => prisma.item.count())

    expect(operations).toMatchObject([{ model: 'Item', action: 'count', statements: 1 }])
    expect(statements).toMatchObject([
      { context: { requestId: 'r' }, operation: { action: 'count' } },
    ])
  })

  it('logs failures and slow queries in production, with no value of a query', async () => {
    const lines: Array<[string, object]> = []
    const at = (level: string) => (fields: object, msg: string) =>
      lines.push([`${level} ${msg}`, fields])
    const logger: Logger = {
      error: at('error'),
      warn: at('warn'),
      info: at('info'),
      debug: at('debug'),
    }
    const prisma = share({ log: { logger, level: 'error' }, slowQueryMs: 0.001 })

    await prisma.item.create({ data: { label: 'hidden-value' } })
    await expect(prisma.$queryRawUnsafe("SELECT 'hidden-value'::int")).rejects.toThrow(
      'invalid input',
    )

    expect(lines.map(([line]) => line)).toEqual([
      'warn query.slow',
      'warn query.slow',
      'error operation.failed',
    ])
    expect(JSON.stringify(lines)).not.toContain('hidden-value')
    expect(lines[0]?.[1]).toMatchObject({
      client: 'default',
      model: 'Item',
      action: 'create',
      rows: 1,
    })
  })

  it('keeps what happened of late, by request', async () => {
    const prisma = share()
    await withRequestContext({ requestId: 'one' }, () => prisma.item.count())
    await withRequestContext({ requestId: 'two' }, () => prisma.item.findMany())
    await expect(
      withRequestContext({ requestId: 'two' }, () => prisma.$queryRawUnsafe('SELECT 1/0')),
    ).rejects.toThrow('division by zero')

    const all = recentActivity(prisma)
    const two = recentActivity(prisma, 'two')

    expect(all.statements.map(({ context }) => context?.requestId)).toEqual(['two', 'two', 'one'])
    expect(two.statements).toHaveLength(2)
    expect(two.failures).toMatchObject([{ action: '$queryRawUnsafe', error: { code: 'P2010' } }])
    expect(all.timeline.reduce((sum, { statements }) => sum + statements, 0)).toBe(3)
    expect(all.slowest).toHaveLength(3)
    const statement: StatementRecord | undefined = all.statements[0]
    expect(structuredClone(statement)).toEqual(statement)
  })

  it('never mixes what belongs to concurrent requests', async () => {
    const statements = collect('query.ended')
    const operations = collect('operation.ended')
    const prisma = share({ heldTransactionMs: 0, slowQueryMs: 0 }, { max: 3 })
    for (const label of ['a', 'b', 'c']) await prisma.item.create({ data: { label } })
    let requests = 0

    // The name of the request is a column of its statements, for values are hidden.
    const run = async (name: string, step: Step): Promise<void> => {
      if (step === 'raw') await prisma.$queryRawUnsafe(`SELECT 1 AS ${name}`)
      else if (step === 'turn') await new Promise((resolve) => setImmediate(resolve))
      else if (step === 'transaction') {
        await prisma.$transaction(async (tx) => {
          await tx.$queryRawUnsafe(`SELECT 2 AS ${name}`)
          await tx.item.findUnique({ where: { id: 1 } })
        })
      } else if (step === 'both') {
        await Promise.all([run(name, 'raw'), run(name, 'find')])
      } else await prisma.item.findUnique({ where: { id: 1 + (name.length % 3) } })
    }
    const step = fc.constantFrom<Step>('raw', 'turn', 'transaction', 'both', 'find')
    const plans = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 8,
    })

    await fc.assert(
      fc.asyncProperty(plans, async (all) => {
        statements.length = 0
        operations.length = 0
        const expected = new Map<string, number>()
        await Promise.all(
          all.map((steps) => {
            const name = `r${++requests}`
            expected.set(
              name,
              steps.reduce((sum, one) => sum + OPERATIONS[one], 0),
            )
            return withRequestContext({ requestId: name }, async () => {
              for (const one of steps) await run(name, one)
            })
          }),
        )

        const mixed = statements.filter(({ text, context, isMerged }) => {
          const [name] = /(?<= )r\d+$/.exec(text) ?? []
          const isForeign = name !== undefined && context?.requestId !== name
          // A request looks up one row at a time: a list of them is that of several requests.
          const isUntold = text.includes('IN (...)') && !isMerged
          return isForeign || isUntold || (context === undefined) !== isMerged
        })
        expect(mixed).toEqual([])
        for (const [name, count] of expected) {
          const own = operations.filter(({ context }) => context?.requestId === name)
          expect(own).toHaveLength(count)
        }
      }),
      { numRuns: 300 },
    )
    expect(requests).toBeGreaterThan(1_000)
  })
})

type Step = 'raw' | 'turn' | 'transaction' | 'both' | 'find'

const OPERATIONS: Readonly<Record<Step, number>> = {
  raw: 1,
  turn: 0,
  transaction: 3,
  both: 2,
  find: 1,
}

describe('subscribe', () => {
  it('refuses a name that no event has', () => {
    // What somebody writes in JavaScript.
    expect(() => subscribe('query.slwo' as 'query.slow', () => {})).toThrow('query.slow')
  })

  it('is documented, event by event', () => {
    const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8')
    const documented = [...page.matchAll(/^\| `([a-z.]+)` /gm)].map(([, name]) => name)

    expect(documented).toEqual(expect.arrayContaining([...EVENT_NAMES]))
  })

  it('ends when it is told to, and tells a second listener on', async () => {
    const told: string[] = []
    const stop = subscribe('query.ended', () => told.push('one'))
    stops.push(subscribe('query.ended', () => told.push('two')))
    const prisma = share()

    await prisma.$queryRawUnsafe('SELECT 1')
    stop()
    stop()
    await prisma.$queryRawUnsafe('SELECT 1')

    expect(told).toEqual(['one', 'two', 'two'])
  })
})

describe('setLogLevel', () => {
  it('changes what is logged from now on, and back', async () => {
    const lines: string[] = []
    const log = (_fields: object, msg: string): unknown => lines.push(msg)
    const logger: Logger = { error: log, warn: log, info: log, debug: log }
    const prisma = share({ log: { logger, level: 'error' } })
    onTestFinished(() => setLogLevel(undefined))

    await prisma.$queryRawUnsafe('SELECT 1')
    expect(lines).toEqual([])
    setLogLevel('query')
    await prisma.$queryRawUnsafe('SELECT 1')
    expect(lines).toEqual(['query.ended'])
    setLogLevel('silent')
    await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division by zero')
    expect(lines).toEqual(['query.ended'])
    setLogLevel(undefined)
    await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division by zero')
    expect(lines).toEqual(['query.ended', 'operation.failed'])
  })

  it('refuses a level that there is not', () => {
    expect(() => setLogLevel('debug' as 'query')).toThrow('silent, error, warn, info, query')
  })
})
