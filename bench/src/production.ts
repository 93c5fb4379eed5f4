import autocannon from 'autocannon'
import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp, BUNDLERS, VARIANTS, type Bundler, type Variant } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { buildApp, NextServer, type Mode } from './next-server.ts'

const POOL_MAX = 10
const ROUTES = ['/api/users', '/api/session', '/api/things', '/api/webhook', '/'] as const

/** Clients and connections of production builds, over all bundles of one process. */
export async function production({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  const bars: Bar[] = []
  for (const bundler of isQuick ? BUNDLERS.slice(0, 1) : BUNDLERS) {
    for (const variant of VARIANTS) {
      const name = `production-${bundler}-${variant}`
      using app = await BenchApp.create(name, variant)
      console.error(`${name}: building`)
      await buildApp(app, bundler, { BENCH_STANDALONE: '1' })
      for (const mode of isQuick ? (['start'] as const) : (['start', 'standalone'] as const)) {
        bars.push(...(await measure(app, database, variant, bundler, mode, isQuick ? 2 : 5)))
      }
    }
  }
  return bars
}

async function measure(
  app: BenchApp,
  database: BenchDatabase,
  variant: Variant,
  bundler: Bundler,
  mode: Mode,
  seconds: number,
): Promise<Bar[]> {
  const name = `${variant}-${bundler}-${mode}`
  console.error(`${name}: load on five routes`)
  await using server = await NextServer.start(app, mode, bundler, {
    DATABASE_URL: database.url,
    BENCH_NAME: name,
  })
  for (const route of ROUTES) await server.waitFor(route, () => true)
  const { alive, constructed } = (await server.get('/api/bench')).body

  const { peak, result } = await database.peakDuring(name, () =>
    Promise.all(
      ROUTES.map((route) =>
        autocannon({ url: server.url + route, connections: 50, duration: seconds }),
      ),
    ),
  )
  const requests = result.reduce((sum, run) => sum + run.requests.total, 0)
  const failed = result.reduce((sum, run) => sum + run.non2xx + run.errors, 0)
  const where = `${variant}, ${bundler}, ${mode === 'start' ? 'next start' : mode}`
  const limited = (bar: Bar): Bar => limitedIf(variant === 'oneprisma', bar)
  return [
    limited(exactly('clients in the process', where, alive ?? Number.NaN, '', 1)),
    forComparison('clients ever made, probes included', where, constructed ?? Number.NaN, ''),
    limited(atMost('connections under load, at most', where, peak, '', POOL_MAX)),
    limited(exactly('failed requests', where, failed, `of ${requests}`, 0)),
  ]
}
