import type { Bar, BenchOptions } from './bar.ts'
import { BenchApp, type Variant } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { buildApp } from './next-server.ts'
import { restartUnderLoad, type Part, type Service } from './rolling-restarts.ts'
import { prepareShop } from './shop.ts'

const SLOW_EVERY = 6

interface Way {
  readonly name: string
  readonly variant: Variant
  readonly env: Readonly<Record<string, string>>
  readonly hasLimits: boolean
}

const WAYS: readonly Way[] = [
  {
    name: 'oneprisma, signals left to it',
    variant: 'oneprisma',
    env: { NEXT_MANUAL_SIG_HANDLE: 'true', BENCH_READINESS_DELAY_MS: '1500' },
    hasLimits: true,
  },
  { name: 'oneprisma, signals left to Next.js', variant: 'oneprisma', env: {}, hasLimits: false },
  { name: 'documented, no handling', variant: 'documented', env: {}, hasLimits: false },
  {
    name: 'documented, $disconnect() on SIGTERM',
    variant: 'disconnect',
    env: {},
    hasLimits: false,
  },
]

/**
 * Rolling restarts of two processes under a load that does not wait: of the reference app, and of a
 * small app in every variant.
 */
export async function drain({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  await database.query('CREATE TABLE bench_order (id int, part text, PRIMARY KEY (id, part))')
  const restarts = isQuick ? 3 : 20
  const bars: Bar[] = []
  {
    await using shop = await prepareShop(database, SLOW_EVERY)
    bars.push(...(await restartUnderLoad(shop, database, restarts)))
  }
  const ways = isQuick ? WAYS.filter(({ variant }) => variant !== 'disconnect') : WAYS
  for (const variant of new Set(ways.map((way) => way.variant))) {
    using app = await BenchApp.create(`drain-${variant}`, variant)
    console.error(`drain-${variant}: building`)
    await buildApp(app, 'turbopack', {})
    for (const way of ways.filter((one) => one.variant === variant)) {
      await database.query('TRUNCATE bench_order')
      bars.push(...(await restartUnderLoad(serviceOf(way, app, database), database, restarts)))
    }
  }
  return bars
}

function serviceOf(way: Way, app: BenchApp, database: BenchDatabase): Service {
  return {
    name: way.name,
    hasLimits: way.hasLimits,
    app,
    readyPath: '/api/ready',
    after: 'work of after()',
    env: (name) => ({ DATABASE_URL: database.url, BENCH_NAME: name, ...way.env }),
    request: async (id) => {
      const seconds = id % SLOW_EVERY === 0 ? 0.5 : 0
      return { path: `/api/order?id=${id}&seconds=${seconds}` }
    },
    written: async () => {
      const rows = await database.query<{ id: number; parts: Part[] }>(
        'SELECT id, array_agg(part) AS parts FROM bench_order GROUP BY id',
      )
      return new Map(rows.map(({ id, parts }) => [id, parts]))
    },
  }
}
