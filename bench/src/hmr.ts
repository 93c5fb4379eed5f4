import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp, BUNDLERS, VARIANTS, type Bundler, type Variant } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { NextServer } from './next-server.ts'
import { median, medianNoise, rounded } from './statistics.ts'

const POOL_MAX = 10
const ROUTES = ['/api/users', '/api/session', '/api/things', '/api/webhook', '/'] as const
const REQUESTS_AFTER_EDIT = 10
const EDITS_A_SAMPLE = 10

/** What the edits of one file did to a dev server. */
interface Measured {
  readonly clients: number
  readonly constructed: number
  readonly peak: number
  readonly failed: number
  readonly requests: number
  /** Bytes of heap that each group of edits added, by the edit. */
  readonly growth: readonly number[]
}

/** Edits of a route and of the shared module under `next dev`, with requests after every edit. */
export async function hmr({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  const edits = isQuick ? 10 : 100
  const bars: Bar[] = []
  for (const bundler of BUNDLERS) {
    const measured = new Map<Variant, Measured>()
    for (const variant of VARIANTS) {
      measured.set(variant, await measure(database, variant, bundler, edits))
    }
    for (const [variant, one] of measured) bars.push(...barsOf(variant, bundler, one))
    bars.push(...growthBars(bundler, measured))
  }
  return bars
}

async function measure(
  database: BenchDatabase,
  variant: Variant,
  bundler: Bundler,
  edits: number,
): Promise<Measured> {
  const name = `hmr-${bundler}-${variant}`
  using app = await BenchApp.create(name, variant)
  await using server = await NextServer.start(app, 'dev', bundler, {
    DATABASE_URL: database.url,
    BENCH_NAME: name,
  })
  for (const route of ROUTES) await server.waitFor(route, () => true)

  const { requests, failedRequests } = server
  const growth: number[] = []
  const { peak } = await database.peakDuring(name, async () => {
    for (const [file, member] of [
      ['pages/api/users.ts', 'routeEdit'],
      ['lib/prisma.ts', 'edit'],
    ] as const) {
      let heap = await heapOf(server)
      for (let edit = 1; edit <= edits; edit++) {
        app.edit(file, (text) =>
          text.replace(new RegExp(`const ${member} = .*`), `const ${member} = ${edit}`),
        )
        await requestsAfter(server, member, edit)
        if (edit % EDITS_A_SAMPLE !== 0) continue
        const now = await heapOf(server)
        growth.push((now - heap) / EDITS_A_SAMPLE)
        heap = now
        console.error(
          `${name}: ${edit} of ${edits} edits of ${file}, ${server.failedRequests - failedRequests} failed requests`,
        )
      }
    }
  })
  const { alive, constructed } = (await server.get('/api/bench')).body
  return {
    clients: alive ?? Number.NaN,
    constructed: constructed ?? Number.NaN,
    peak,
    failed: server.failedRequests - failedRequests,
    requests: server.requests - requests,
    growth,
  }
}

/** Waits for an edit to arrive, then asks all routes at once. */
async function requestsAfter(
  server: NextServer,
  member: 'edit' | 'routeEdit',
  edit: number,
): Promise<void> {
  try {
    await server.waitFor('/api/users', (answer) => answer[member] === edit, 15_000)
  } catch {
    // A variant that has exhausted its database does not answer any more: its requests fail.
  }
  await Promise.allSettled(
    Array.from({ length: REQUESTS_AFTER_EDIT }, (_, index) =>
      server.get(ROUTES[index % ROUTES.length] ?? '/'),
    ),
  )
}

async function heapOf(server: NextServer): Promise<number> {
  return (await server.get('/api/bench')).body.heapBytes ?? Number.NaN
}

function barsOf(variant: Variant, bundler: Bundler, measured: Measured): Bar[] {
  const where = `${variant}, ${bundler}`
  const limited = (bar: Bar): Bar => limitedIf(variant === 'oneprisma', bar)
  return [
    limited(exactly('clients after the edits', where, measured.clients, '', 1)),
    forComparison('clients ever made, probes included', where, measured.constructed, ''),
    limited(atMost('connections, at most', where, measured.peak, '', POOL_MAX)),
    limited(exactly('failed requests', where, measured.failed, `of ${measured.requests}`, 0)),
  ]
}

/** Heap growth an edit. Ours may exceed the documented pattern's by the noise of both. */
function growthBars(bundler: Bundler, measured: ReadonlyMap<Variant, Measured>): Bar[] {
  const kilobytes = (variant: Variant): number[] =>
    (measured.get(variant)?.growth ?? []).map((bytes) => bytes / 1_000)
  const [ours, documented] = [kilobytes('oneprisma'), kilobytes('documented')]
  const noise = Math.hypot(medianNoise(ours), medianNoise(documented))
  const bar = 'heap growth an edit'
  return [
    forComparison(bar, `per-route, ${bundler}`, rounded(median(kilobytes('per-route')), 1), 'kB'),
    forComparison(bar, `documented, ${bundler}`, rounded(median(documented), 1), 'kB'),
    atMost(
      bar,
      `oneprisma, ${bundler}`,
      rounded(median(ours), 1),
      'kB',
      rounded(median(documented) + noise, 1),
    ),
    forComparison('noise of that growth, ±', bundler, rounded(noise, 1), 'kB'),
  ]
}
