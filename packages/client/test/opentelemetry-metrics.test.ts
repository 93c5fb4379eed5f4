import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { disconnect, sharePrisma } from '../src/index.ts'
import { METRIC_DEFINITIONS } from '../src/metric-definitions.ts'
import { collectPrismaMetrics } from '../src/opentelemetry.ts'
import { snapshot, telemetry } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface RawClient {
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(run: (tx: RawClient) => Promise<Result>): Promise<Result>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => RawClient
const opened: object[] = []

beforeEach(() => {
  forgetSharedClients()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((prisma) => disconnect(prisma)))
})

function share(name = 'default'): RawClient {
  const prisma = sharePrisma(
    ({ observe }) =>
      new PrismaClient({
        adapter: observe(new PrismaPg({ connectionString: inject('databaseUrl'), max: 2 })),
      }),
    { name, telemetry: telemetry({ log: false }) },
  )
  opened.push(prisma)
  return prisma
}

function newProvider(): {
  provider: MeterProvider
  collect: () => Promise<Map<string, Array<{ labels: object; value: unknown }>>>
} {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  // It exports when it is told to: the interval is longer than any test.
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  onTestFinished(() => provider.shutdown())
  return {
    provider,
    collect: async () => {
      exporter.reset()
      await reader.forceFlush()
      const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
      return new Map(
        scopes
          .flatMap((scope) => scope.metrics)
          .map(({ descriptor, dataPoints }) => [
            descriptor.name,
            dataPoints.map(({ attributes, value }) => ({ labels: attributes, value })),
          ]),
      )
    },
  }
}

/** What of a histogram both sides tell, whatever they call it. */
function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('buckets' in value) {
    const { buckets, count } = value as {
      buckets: { boundaries: number[]; counts: number[] }
      count: number
    }
    return { bounds: buckets.boundaries, counts: buckets.counts, count }
  }
  const { bounds, counts, count } = value as { bounds: number[]; counts: number[]; count: number }
  return { bounds, counts, count }
}

const byLabels = (points: ReadonlyArray<{ labels: object; value: unknown }>): string[] =>
  points
    .map(({ labels, value }) => {
      const sorted = Object.fromEntries(
        Object.entries(labels).toSorted(([a], [b]) => compare(a, b)),
      )
      return JSON.stringify([sorted, comparable(value)])
    })
    .toSorted(compare)

const compare = (one: string, other: string): number => (one < other ? -1 : 1)

describe('collectPrismaMetrics', () => {
  it('hands over what a snapshot holds, by the same names and labels', async () => {
    const { provider, collect } = newProvider()
    const stop = collectPrismaMetrics({ meterProvider: provider })
    onTestFinished(stop)
    const prisma = share()

    await withRequestContext({ requestId: 'hostile', route: '/x', tags: { a: 'b' } }, async () => {
      await prisma.$queryRawUnsafe('SELECT 1')
      await prisma.$transaction((tx) => tx.$queryRawUnsafe('SELECT 2'))
    })
    await expect(prisma.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division by zero')
    await expect.poll(() => snapshot(prisma).connections.closed).toHaveLength(1)

    const collected = await collect()
    const ours = snapshot(prisma)
    const expected = METRIC_DEFINITIONS.map(
      ({ name, read }) => [name, byLabels(read(ours))] as const,
    )
    // A histogram that has no value yet is not there.
    const isThere = (points: readonly string[]): boolean =>
      points.length > 0 && !points.some((point) => point.includes('"count":0'))

    expect(new Map([...collected].map(([name, points]) => [name, byLabels(points)]))).toEqual(
      new Map(expected.filter(([, points]) => isThere(points))),
    )
    expect(JSON.stringify([...collected])).not.toContain('hostile')
  })

  it('counts once, however often it is called for a provider', async () => {
    const { provider, collect } = newProvider()
    collectPrismaMetrics({ meterProvider: provider })
    const stop = collectPrismaMetrics({ meterProvider: provider })
    onTestFinished(stop)
    const prisma = share()

    await prisma.$queryRawUnsafe('SELECT 1')

    const [duration] = (await collect()).get('db.client.operation.duration') ?? []
    expect(duration?.value).toMatchObject({ count: 1 })
    expect((await collect()).get('oneprisma.connection.opened')).toMatchObject([{ value: 1 }])
  })

  it('keeps two clients apart, and two providers each complete', async () => {
    const [one, other] = [newProvider(), newProvider()]
    onTestFinished(collectPrismaMetrics({ meterProvider: one.provider }))
    onTestFinished(collectPrismaMetrics({ meterProvider: other.provider }))
    const [first, second] = [share('first'), share('second')]

    await first.$queryRawUnsafe('SELECT 1')
    await second.$queryRawUnsafe('SELECT 1')
    await second.$queryRawUnsafe('SELECT 1')

    for (const { collect } of [one, other]) {
      // oxlint-disable-next-line no-await-in-loop
      const points = (await collect()).get('oneprisma.operation.duration') ?? []
      expect(points).toMatchObject([
        { labels: { client: 'first' }, value: { count: 1 } },
        { labels: { client: 'second' }, value: { count: 2 } },
      ])
    }
  })

  it('stops', async () => {
    const { provider, collect } = newProvider()
    const prisma = share()
    const stop = collectPrismaMetrics({ meterProvider: provider })
    await prisma.$queryRawUnsafe('SELECT 1')

    stop()
    stop()
    await prisma.$queryRawUnsafe('SELECT 1')

    const collected = await collect()
    expect(collected.get('db.client.operation.duration')).toMatchObject([{ value: { count: 1 } }])
    expect(collected.get('oneprisma.connection.opened') ?? []).toEqual([])
  })
})
