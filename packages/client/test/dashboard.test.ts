import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { disconnect, sharePrisma } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { collectPrismaMetrics } from '../src/prometheus.ts'
import { telemetry } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'
import { promtoolNote, runsPromtool } from '@oneprisma/engines/promtool'
import { startPrometheus, type PrometheusServer } from './start-prometheus.ts'

/** The part of the generated client that the tests use. */
interface Client {
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(run: (tx: Client) => Promise<Result>): Promise<Result>
}

interface Dashboard {
  readonly panels: ReadonlyArray<{
    readonly title: string
    readonly targets?: ReadonlyArray<{ readonly expr: string }>
  }>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => Client

// Its shape is what the tests below look at.
const dashboard = JSON.parse(
  readFileSync(
    new URL('../../../docs/observability/grafana-dashboard.json', import.meta.url),
    'utf8',
  ),
) as Dashboard
const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
)

// What the dashboard that Prisma published for `$metrics` asked for, with its quantiles.
const BEFORE = [
  'histogram_quantile(0.95, sum by(le) (rate(prisma_client_queries_duration_histogram_ms_bucket[1m])))',
  'histogram_quantile(0.95, sum by(le) (rate(prisma_datasource_queries_duration_histogram_ms_bucket[1m])))',
  'histogram_quantile(0.95, sum by(le) (rate(prisma_client_queries_wait_histogram_ms_bucket[1m])))',
  'prisma_pool_connections_open',
  'prisma_pool_connections_idle',
  'prisma_pool_connections_busy',
  'rate(prisma_client_queries_total[1m])',
  'rate(prisma_datasource_queries_total[1m])',
  'prisma_client_queries_active',
  'prisma_client_queries_wait',
]

describe.runIf(runsPromtool)(`the dashboard, on a real Prometheus${promtoolNote}`, () => {
  let prometheus: PrometheusServer
  let server: Server
  let prisma: object

  beforeAll(async () => {
    forgetSharedClients()
    const client = sharePrisma(
      ({ observe }) => {
        const { config, options } = pgPool(inject('databaseUrl'))
        return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
      },
      { telemetry: telemetry({ log: false }) },
    )
    prisma = client
    await client.$queryRawUnsafe('SELECT 1')
    await client.$transaction(async (tx) => await tx.$queryRawUnsafe('SELECT 2'))
    await expect(client.$queryRawUnsafe('SELECT 1/0')).rejects.toThrow('division')
    const register = new Registry()
    collectPrismaMetrics(register, { prismaMetricNames: true })
    server = createServer((_, response) => {
      response.setHeader('content-type', register.contentType)
      void register.metrics().then((text) => response.end(text))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // It listens on TCP, so that its address has a port.
    const { port } = server.address() as AddressInfo
    prometheus = await startPrometheus(`127.0.0.1:${port}`)
    // A rate takes two scrapes.
    await vi.waitFor(
      async () => expect(await prometheus.query('sum_over_time(up[1m]) >= 2')).toHaveLength(1),
      { timeout: 30_000 },
    )
  })
  afterAll(async () => {
    await prometheus.stop()
    server.closeAllConnections()
    server.close()
    await disconnect(prisma)
  })

  it.each(panels)('has something to show: $title: $expr', async ({ title, expr }) => {
    const series = await prometheus.query(
      expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(?:job|instance|client)/g, '.*'),
    )

    // There was nothing to try again.
    expect(series.length > 0).toBe(title !== 'Retries')
  })

  it.each(BEFORE)('has something to show for dashboards of before: %s', async (expr) => {
    expect(await prometheus.query(expr)).toMatchObject([expect.anything()])
  })

  it('scrapes names that Prometheus takes as they are', async () => {
    const [generation] = await prometheus.query('oneprisma_generation')

    expect(generation?.metric).toMatchObject({ job: 'test', client: 'default' })
  })
})
