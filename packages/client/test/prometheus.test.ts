import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { disconnect, sharePrisma } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { collectPrismaMetrics } from '../src/prometheus.ts'
import { METRIC_DEFINITIONS } from '../src/metric-definitions.ts'
import { prometheusNameOf } from '../src/prometheus-metric.ts'
import { snapshot, telemetry, type Snapshot } from '../src/telemetry.ts'
import { deferred, forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'
import { promtool, promtoolNote, runsPromtool } from '@oneprisma/engines/promtool'

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: {
    count(): Promise<number>
    create(args: { data: { label: string } }): Promise<{ id: number }>
    findMany(): Promise<Array<{ id: number }>>
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>): Promise<Result>
  $queryRawUnsafe(sql: string, ...values: unknown[]): Promise<unknown>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

const admin = new pg.Client(inject('databaseUrl'))
const opened: object[] = []

beforeAll(async () => {
  await admin.connect()
  await admin.query(
    'CREATE SCHEMA prometheus_test; CREATE TABLE prometheus_test."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => {
  for (const prisma of opened.splice(0)) await disconnect(prisma)
  await admin.query('DROP SCHEMA prometheus_test CASCADE')
  await admin.end()
})
beforeEach(async () => {
  for (const prisma of opened.splice(0)) await disconnect(prisma)
  forgetSharedClients()
  await admin.query('TRUNCATE prometheus_test."Item" RESTART IDENTITY')
})

function share(name = 'default', max = 5): ItemClient {
  const prisma = sharePrisma(
    ({ observe }) => {
      const { config, options } = pgPool(
        `${inject('databaseUrl')}?schema=prometheus_test&connection_limit=${max}`,
      )
      return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
    },
    { name, telemetry: telemetry({ log: false }) },
  )
  opened.push(prisma)
  return prisma
}

/** A little of everything: reads, writes, a transaction that ends well and one that does not, errors. */
async function useEverything(prisma: ItemClient): Promise<void> {
  await prisma.item.create({ data: { label: 'a' } })
  await prisma.item.findMany()
  await prisma.$transaction(async (tx) => await tx.item.count())
  await expect(
    prisma.$transaction(async (tx) => {
      await tx.item.count()
      throw new Error('no more')
    }),
  ).rejects.toThrow('no more')
  await expect(prisma.item.create({ data: { label: 'a' } })).rejects.toThrow('Unique')
  await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division')
  // A failed statement takes its connection with it, which ends a little later.
  await expect
    .poll(() => {
      const { opened: created, closed, pool } = snapshot(prisma).connections
      return created - (pool?.total ?? 0) - closed.reduce((sum, { count }) => sum + count, 0)
    })
    .toBe(0)
}

/** Serves a registry over HTTP as programs do, and reads it once as Prometheus does. */
async function scrape(register: Registry): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', register.contentType)
    void register.metrics().then((text) => response.end(text))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    // It listens on TCP, so that its address has a port.
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(response.headers.get('content-type')).toBe(register.contentType)
    return await response.text()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** The lines of a scrape that are samples: the value, by name and labels in alphabetical order. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      const sorted = [...labels.matchAll(/[a-z_]+="(?:[^"\\]|\\.)*"/g)].map(String).toSorted()
      return [`${name}{${sorted.join(',')}}`, Number(value)]
    }),
  )
}

const namesOf = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)

describe('collectPrismaMetrics', () => {
  it('tells the numbers of the snapshot', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    await useEverything(prisma)

    const samples = samplesOf(await scrape(register))

    const { operations, statements, rows, connections, transactions } = snapshot(prisma)
    for (const { model, action, error, duration } of operations) {
      const labels = [
        `action="${action}"`,
        'client="default"',
        ...(error === undefined ? [] : [`error_type="${error}"`]),
        ...(model === undefined ? [] : [`model="${model}"`]),
      ].join(',')
      expect(samples.get(`oneprisma_operation_duration_seconds_count{${labels}}`)).toBe(
        duration.count,
      )
      expect(samples.get(`oneprisma_operation_duration_seconds_sum{${labels}}`)).toBe(duration.sum)
    }
    for (const { verb, error, duration } of statements) {
      const labels = [
        'client="default"',
        `db_operation_name="${verb}"`,
        'db_system_name="postgresql"',
        ...(error === undefined ? [] : [`error_type="${error}"`]),
      ].join(',')
      expect(samples.get(`db_client_operation_duration_seconds_count{${labels}}`)).toBe(
        duration.count,
      )
    }
    const pool = 'client="default",db_client_connection_pool_name="default"'
    expect(operations).toHaveLength(7)
    expect(statements).toHaveLength(7)
    expect(Object.fromEntries(samples)).toMatchObject({
      'db_client_response_returned_rows_sum{client="default",db_system_name="postgresql"}':
        rows.sum,
      [`db_client_connection_count{${pool},db_client_connection_state="idle"}`]:
        connections.pool?.idle,
      [`db_client_connection_count{${pool},db_client_connection_state="used"}`]: 0,
      [`db_client_connection_max{${pool}}`]: 5,
      [`db_client_connection_pending_requests{${pool}}`]: 0,
      [`db_client_connection_timeouts_total{${pool}}`]: 0,
      [`db_client_connection_create_time_seconds_count{${pool}}`]: connections.create.count,
      [`db_client_connection_wait_time_seconds_count{${pool}}`]: connections.wait.count,
      [`db_client_connection_use_time_seconds_sum{${pool}}`]: connections.use.sum,
      'oneprisma_connection_opened_total{client="default"}': connections.opened,
      'oneprisma_connection_closed_total{client="default",reason="lost"}': 0,
      'oneprisma_connection_closed_total{client="default",reason="failed"}':
        connections.closed.find(({ reason }) => reason === 'failed')?.count,
      'oneprisma_units_in_flight{client="default"}': 0,
      'oneprisma_statements_in_flight{client="default"}': 0,
      'oneprisma_transaction_open{client="default"}': 0,
      'oneprisma_transaction_oldest_age_seconds{client="default"}': 0,
      'oneprisma_transaction_held_total{client="default"}': 0,
      'oneprisma_transaction_duration_seconds_count{client="default",outcome="committed"}': 1,
      'oneprisma_transaction_duration_seconds_sum{client="default",outcome="rolled_back"}':
        transactions.ended.find(({ outcome }) => outcome === 'rolled_back')?.duration.sum,
      'oneprisma_generation{client="default"}': 1,
      'oneprisma_drains_total{client="default",outcome="clean"}': 0,
      'oneprisma_drains_total{client="default",outcome="unclean"}': 0,
    })
  })

  it('adds up the buckets of a histogram', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    await prisma.$queryRawUnsafe('SELECT generate_series(1, 3)')
    await prisma.$queryRawUnsafe('SELECT generate_series(1, 30)')
    await prisma.$queryRawUnsafe('SELECT generate_series(1, 20000)')

    const samples = samplesOf(await scrape(register))

    const labels = 'client="default",db_system_name="postgresql"'
    const bucket = (le: string): number | undefined =>
      samples.get(`db_client_response_returned_rows_bucket{${labels},le="${le}"}`)
    expect(['2', '5', '20', '50', '10000', '+Inf'].map(bucket)).toEqual([0, 1, 1, 2, 2, 3])
    expect(samples.get(`db_client_response_returned_rows_sum{${labels}}`)).toBe(20_033)
    expect(samples.get(`db_client_response_returned_rows_count{${labels}}`)).toBe(3)
  })

  it('tells what is in progress', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share('default', 1)
    const gate = deferred<void>()
    const entered = deferred<void>()
    const holder = prisma.$transaction(async (tx) => {
      await tx.item.count()
      entered.resolve()
      await gate.promise
    })
    await entered.promise
    const waiting = prisma.item.findMany().finally(() => {})
    await expect.poll(() => snapshot(prisma).connections.pool?.waiting).toBe(1)

    const samples = samplesOf(await scrape(register))
    gate.resolve()
    await Promise.all([holder, waiting])

    const pool = 'client="default",db_client_connection_pool_name="default"'
    expect(Object.fromEntries(samples)).toMatchObject({
      [`db_client_connection_count{${pool},db_client_connection_state="used"}`]: 1,
      [`db_client_connection_pending_requests{${pool}}`]: 1,
      'oneprisma_units_in_flight{client="default"}': 2,
      'oneprisma_statements_in_flight{client="default"}': 1,
      'oneprisma_transaction_open{client="default"}': 1,
    })
    expect(
      samples.get('oneprisma_transaction_oldest_age_seconds{client="default"}'),
    ).toBeGreaterThan(0)
  })

  it('tells connections that are in use from those that are not', async () => {
    const register = new Registry()
    collectPrismaMetrics(register, { prismaMetricNames: true })
    const prisma = share()
    const entered = deferred<void>()
    const gates = [deferred<void>(), deferred<void>()]
    let open = 0
    const transactions = gates.map((gate) =>
      prisma.$transaction(async (tx) => {
        await tx.item.count()
        open++
        if (open === 2) entered.resolve()
        await gate.promise
      }),
    )
    await entered.promise
    gates[0]?.resolve()
    await transactions[0]

    const samples = samplesOf(await scrape(register))
    gates[1]?.resolve()
    await transactions[1]

    const pool = 'client="default",db_client_connection_pool_name="default"'
    expect(Object.fromEntries(samples)).toMatchObject({
      [`db_client_connection_count{${pool},db_client_connection_state="idle"}`]: 1,
      [`db_client_connection_count{${pool},db_client_connection_state="used"}`]: 1,
      'prisma_pool_connections_idle{client="default"}': 1,
      'prisma_pool_connections_busy{client="default"}': 1,
      'prisma_pool_connections_open{client="default"}': 2,
      'prisma_client_queries_active{client="default"}': 1,
    })
  })

  it('keeps two clients apart, and escapes their names', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const one = share('one')
    const two = share('two "\\\n')

    await one.item.count()
    await one.item.count()
    await two.item.findMany()

    const text = await scrape(register)
    const counts = text.match(/^oneprisma_operation_duration_seconds_count.*$/gm)
    expect(counts).toEqual([
      'oneprisma_operation_duration_seconds_count{client="one",model="Item",action="count"} 2',
      'oneprisma_operation_duration_seconds_count{client="two \\"\\\\\\n",model="Item",action="findMany"} 1',
    ])
  })

  it('makes no new series for what requests say', async () => {
    const register = new Registry()
    collectPrismaMetrics(register, { prismaMetricNames: true })
    const prisma = share()
    const ask = (index: number): Promise<unknown> =>
      withRequestContext(
        {
          requestId: `request-${index}"}\n`,
          route: `/orders/${index}`,
          user: `user-${index}`,
          tenant: `tenant-${index}`,
          tags: { [`tag-${index}`]: `${index}` },
        },
        () => prisma.$queryRawUnsafe(`SELECT ${index} AS column_${index}`),
      )
    await ask(0)
    const before = samplesOf(await scrape(register))

    for (let start = 1; start <= 10_000; start += 100) {
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(Array.from({ length: 100 }, (_, index) => ask(start + index)))
    }

    const after = samplesOf(await scrape(register))
    expect([...after.keys()]).toEqual([...before.keys()])
    expect(after.get('prisma_client_queries_total{client="default"}')).toBe(10_001)
  })

  it('registers every definition, by a legal name', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)

    const names = namesOf(await scrape(register))

    expect(names).toEqual(METRIC_DEFINITIONS.map(prometheusNameOf))
    expect(names.filter((name) => !/^[a-z][a-z_]*$/.test(name))).toEqual([])
  })

  it('gives points no label that is not defined', async () => {
    const prisma = share()
    await useEverything(prisma)
    const numbers = snapshot(prisma)

    const unknown = METRIC_DEFINITIONS.flatMap(({ name, labels, read }) =>
      read(numbers).flatMap((point) =>
        Object.keys(point.labels)
          .filter((label) => !labels.includes(label))
          .map((label) => `${name} ${label}`),
      ),
    )

    expect(unknown).toEqual([])
  })

  it('has no value for a pool that tells no numbers', async () => {
    const prisma = share()
    await prisma.item.count()
    const numbers = snapshot(prisma)
    const withoutPool = { ...numbers, connections: { ...numbers.connections, pool: undefined } }

    const silent = METRIC_DEFINITIONS.filter(({ read }) => read(withoutPool).length === 0)

    expect(silent.map(({ name }) => name)).toEqual([
      'db.client.connection.count',
      'db.client.connection.max',
      'db.client.connection.pending_requests',
      'oneprisma.transaction.duration',
      'oneprisma.retries',
    ])
  })

  it('tells retries, what timed out, and a database that nobody has named', async () => {
    const prisma = share()
    await prisma.item.count()
    const numbers = snapshot(prisma)
    const troubled: Snapshot = {
      ...numbers,
      system: undefined,
      retries: [{ kind: 'deadlock', statement: 'read', count: 3 }],
      transactions: { ...numbers.transactions, held: 4 },
      connections: { ...numbers.connections, timeouts: 5 },
      drains: { clean: 6, unclean: 7 },
    }
    const pointsOf = (name: string): readonly unknown[] =>
      METRIC_DEFINITIONS.find((one) => one.name === name)?.read(troubled) ?? []

    expect(pointsOf('oneprisma.retries')).toEqual([
      { labels: { client: 'default', 'error.type': 'deadlock', statement: 'read' }, value: 3 },
    ])
    expect(pointsOf('oneprisma.transaction.held')).toMatchObject([{ value: 4 }])
    expect(pointsOf('db.client.connection.timeouts')).toMatchObject([{ value: 5 }])
    expect(pointsOf('oneprisma.drains')).toEqual([
      { labels: { client: 'default', outcome: 'clean' }, value: 6 },
      { labels: { client: 'default', outcome: 'unclean' }, value: 7 },
    ])
    expect(pointsOf('db.client.response.returned_rows')).toMatchObject([
      { labels: { 'db.system.name': 'other_sql' } },
    ])
  })

  it('counts clients that are closed, and goes on with the next one', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    await prisma.item.count()
    await disconnect(prisma)
    await prisma.item.count()

    const samples = samplesOf(await scrape(register))

    expect(Object.fromEntries(samples)).toMatchObject({
      'oneprisma_generation{client="default"}': 2,
      'oneprisma_drains_total{client="default",outcome="clean"}': 1,
      'oneprisma_connection_opened_total{client="default"}': 2,
      'oneprisma_operation_duration_seconds_count{action="count",client="default",model="Item"}': 2,
    })
  })

  it('keeps the default labels of the registry', async () => {
    const register = new Registry()
    register.setDefaultLabels({ app: 'shop', client: 'nobody' })
    collectPrismaMetrics(register)
    const prisma = share()
    await prisma.item.count()

    const text = await scrape(register)
    const json = await register.getMetricsAsJSON()

    expect(samplesOf(text).get('oneprisma_generation{app="shop",client="default"}')).toBe(1)
    expect(json.find(({ name }) => name === 'oneprisma_generation')?.values).toEqual([
      { value: 1, labels: { app: 'shop', client: 'default' } },
    ])
  })

  it('takes the place of an earlier call of another bundle', async () => {
    const register = new Registry()
    vi.resetModules()
    const copy = await import('../src/prometheus.ts')
    const first = copy.collectPrismaMetrics(register, { prismaMetricNames: true })
    collectPrismaMetrics(register)
    const prisma = share()
    await prisma.item.count()

    first()
    const text = await scrape(register)

    expect(namesOf(text)).toEqual(METRIC_DEFINITIONS.map(prometheusNameOf))
    expect(samplesOf(text).get('oneprisma_generation{client="default"}')).toBe(1)
  })

  it('removes what it has registered, and nothing else', async () => {
    const register = new Registry()
    const counter = new Counter({ name: 'orders_total', help: 'Orders', registers: [register] })
    const remove = collectPrismaMetrics(register, { prismaMetricNames: true })

    remove()
    remove()

    expect(register.getMetricsAsArray()).toEqual([counter])
  })

  it('refuses a registry that has a metric of somebody else by such a name, and leaves it alone', () => {
    const register = new Registry()
    const gauge = new Gauge({
      name: 'prisma_pool_connections_idle',
      help: '-',
      registers: [register],
    })

    expect(() => collectPrismaMetrics(register, { prismaMetricNames: true })).toThrow(
      'Expected `register` to be a registry without a metric "prisma_pool_connections_idle"',
    )
    expect(register.getMetricsAsArray()).toEqual([gauge])
  })

  it('refuses what is no registry', () => {
    // What a JavaScript user may pass.
    const register = {} as Registry

    expect(() => collectPrismaMetrics(register)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })

  it('lets the numbers stand when the registry is reset', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    await prisma.item.count()

    register.resetMetrics()

    expect(samplesOf(await scrape(register)).get('oneprisma_generation{client="default"}')).toBe(1)
  })

  it('adds up the processes of a cluster, and takes the oldest of ages', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    await useEverything(prisma)
    // Workers send what they know as JSON.
    const [one, two] = [await register.getMetricsAsJSON(), await register.getMetricsAsJSON()].map(
      (metrics): object => JSON.parse(JSON.stringify(metrics)),
    )

    const together = AggregatorRegistry.aggregate([one ?? {}, two ?? {}])

    const single = samplesOf(await register.metrics())
    const sums = samplesOf(await together.metrics())
    const isGauge = /^oneprisma_(?:generation|transaction_oldest_age)/
    expect([...sums.keys()].toSorted()).toEqual([...single.keys()].toSorted())
    expect(
      [...sums].filter(([key, value]) => {
        const alone = single.get(key) ?? NaN
        return value !== (isGauge.test(key) ? alone : alone * 2)
      }),
    ).toEqual([])
  })

  it('answers for the workers of a cluster', () => {
    const program = fileURLToPath(new URL('fixtures/cluster/metrics.mjs', import.meta.url))

    const { stdout, stderr } = spawnSync(process.execPath, [program, '2', '3'], {
      encoding: 'utf8',
      env: { ...process.env, VITEST: '' },
    })

    const samples = samplesOf(stdout)
    expect(stderr).toBe('')
    expect(
      samples.get('oneprisma_operation_duration_seconds_count{action="findMany",client="default"}'),
    ).toBe(5)
    expect(samples.get('oneprisma_generation{client="default"}')).toBe(1)
  })

  it('reads the numbers anew for every scrape', async () => {
    const register = new Registry()
    collectPrismaMetrics(register)
    const prisma = share()
    const count =
      'oneprisma_operation_duration_seconds_count{action="count",client="default",model="Item"}'

    await prisma.item.count()
    const first = samplesOf(await register.metrics())
    await prisma.item.count()
    const second = samplesOf(await register.metrics())

    expect([first.get(count), second.get(count)]).toEqual([1, 2])
  })

  it('has the names of the metrics that Prisma removed, as an option', async () => {
    const register = new Registry()
    collectPrismaMetrics(register, { prismaMetricNames: true })
    const prisma = share()
    await useEverything(prisma)

    const text = await scrape(register)

    const samples = samplesOf(text)
    const { operations, statements, connections } = snapshot(prisma)
    const total = (series: ReadonlyArray<{ duration: { count: number; sum: number } }>): number =>
      series.reduce((sum, { duration }) => sum + duration.count, 0)
    const labels = '{client="default"}'
    expect(
      namesOf(text)
        .filter((name) => name.startsWith('prisma_'))
        .toSorted(),
    ).toEqual([
      'prisma_client_queries_active',
      'prisma_client_queries_duration_histogram_ms',
      'prisma_client_queries_total',
      'prisma_client_queries_wait',
      'prisma_client_queries_wait_histogram_ms',
      'prisma_datasource_queries_duration_histogram_ms',
      'prisma_datasource_queries_total',
      'prisma_pool_connections_busy',
      'prisma_pool_connections_closed_total',
      'prisma_pool_connections_idle',
      'prisma_pool_connections_open',
      'prisma_pool_connections_opened_total',
    ])
    expect(Object.fromEntries(samples)).toMatchObject({
      [`prisma_client_queries_total${labels}`]: total(operations),
      [`prisma_datasource_queries_total${labels}`]: total(statements),
      [`prisma_client_queries_duration_histogram_ms_count${labels}`]: total(operations),
      [`prisma_datasource_queries_duration_histogram_ms_count${labels}`]: total(statements),
      [`prisma_client_queries_wait_histogram_ms_count${labels}`]: connections.wait.count,
      [`prisma_client_queries_wait_histogram_ms_sum${labels}`]: connections.wait.sum * 1_000,
      [`prisma_pool_connections_opened_total${labels}`]: connections.opened,
      [`prisma_pool_connections_closed_total${labels}`]:
        connections.opened - (connections.pool?.total ?? 0),
      [`prisma_pool_connections_open${labels}`]: connections.pool?.total,
      [`prisma_pool_connections_idle${labels}`]: connections.pool?.idle,
      [`prisma_pool_connections_busy${labels}`]: 0,
      [`prisma_client_queries_active${labels}`]: 0,
      [`prisma_client_queries_wait${labels}`]: 0,
    })
    const bounds = [
      ...text.matchAll(/^prisma_client_queries_wait_histogram_ms_bucket.*le="(.*?)"/gm),
    ]
    expect(bounds.map(([, le]) => le)).toEqual([
      '1',
      '5',
      '10',
      '50',
      '100',
      '500',
      '1000',
      '5000',
      '10000',
      '+Inf',
    ])
  })

  it('names counters as OpenMetrics does where the registry is asked to', async () => {
    const register = new Registry()
    register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
    const remove = collectPrismaMetrics(register)
    const prisma = share()
    await prisma.item.count()

    const text = await scrape(register)
    remove()

    expect(text).toContain('# TYPE oneprisma_connection_opened counter')
    expect(text).toContain('oneprisma_connection_opened_total{client="default"} 1')
    expect(register.getMetricsAsArray()).toEqual([])
  })
})

describe.runIf(runsPromtool)(`collectPrismaMetrics, by promtool${promtoolNote}`, () => {
  const check = async (prismaMetricNames: boolean): Promise<ReturnType<typeof promtool>> => {
    const register = new Registry()
    collectPrismaMetrics(register, { prismaMetricNames })
    await useEverything(share())
    return promtool(['check', 'metrics'], await scrape(register))
  }

  it('parses, and warns of nothing but a name of OpenTelemetry', async () => {
    const { output } = await check(false)

    expect(output.trim().split('\n')).toEqual([
      'db_client_connection_count non-histogram and non-summary metrics should not have "_count" suffix',
    ])
  })

  it('parses with the names of Prisma, and warns of these', async () => {
    const { output } = await check(true)

    const remarks = output.trim().split('\n')
    expect(remarks.filter((line) => !line.startsWith('prisma_'))).toHaveLength(1)
    expect(remarks.filter((line) => line.startsWith('prisma_'))).toEqual(
      [
        'prisma_client_queries_duration_histogram_ms',
        'prisma_client_queries_wait_histogram_ms',
        'prisma_datasource_queries_duration_histogram_ms',
      ].flatMap((name) => [
        `${name} metric name should not include type 'histogram'`,
        `${name} metric names should not contain abbreviated units`,
      ]),
    )
  })

  it('is not satisfied with just anything', () => {
    expect(promtool(['check', 'metrics'], 'orders{ 1\n')).toMatchObject({ status: 1 })
  })
})
