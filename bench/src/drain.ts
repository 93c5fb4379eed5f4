import { Balancer } from './balancer.ts'
import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp, type Variant } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { buildApp, NextServer } from './next-server.ts'
import { OpenLoop } from './open-loop.ts'

const PER_SECOND = 60
const SLOW_EVERY = 6
const BOUND_MS = 25_000
const SESSIONS_GONE_MS = 1_000

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

/** Rolling restarts of two processes under a load that does not wait. */
export async function drain({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  await database.query('CREATE TABLE bench_order (id int, part text, PRIMARY KEY (id, part))')
  const bars: Bar[] = []
  const ways = isQuick ? WAYS.filter(({ variant }) => variant !== 'disconnect') : WAYS
  for (const variant of new Set(ways.map((way) => way.variant))) {
    using app = await BenchApp.create(`drain-${variant}`, variant)
    console.error(`drain-${variant}: building`)
    await buildApp(app, 'turbopack', {})
    for (const way of ways.filter((one) => one.variant === variant)) {
      bars.push(...(await measure(way, app, database, isQuick ? 3 : 20)))
    }
  }
  return bars
}

async function measure(
  way: Way,
  app: BenchApp,
  database: BenchDatabase,
  restarts: number,
): Promise<Bar[]> {
  console.error(`${way.name}: ${restarts} restarts`)
  await database.query('TRUNCATE bench_order')
  await using fleet = await Fleet.start(way, app, database)
  const outcomes = new Map<number, number | string>()
  const load = new OpenLoop(PER_SECOND, async (id) => {
    const seconds = id % SLOW_EVERY === 0 ? 0.5 : 0
    const { status } = await fleet.balancer.post(`/api/order?id=${id}&seconds=${seconds}`)
    outcomes.set(id, status)
  })
  const stops: Stop[] = []
  for (let restart = 0; restart < restarts; restart++) stops.push(await fleet.restartOldest())
  await load.stop()
  await fleet[Symbol.asyncDispose]()
  return barsOf(way, outcomes, stops, fleet.balancer.refused, database)
}

interface Stop {
  readonly ms: number
  readonly isKilled: boolean
  readonly sessions: number
  readonly inTransaction: number
}

/** Two servers behind a balancer. */
class Fleet implements AsyncDisposable {
  readonly balancer: Balancer = new Balancer()
  readonly #way: Way
  readonly #app: BenchApp
  readonly #database: BenchDatabase
  readonly #servers: Array<{ server: NextServer; name: string }> = []
  #started = 0

  private constructor(way: Way, app: BenchApp, database: BenchDatabase) {
    this.#way = way
    this.#app = app
    this.#database = database
  }

  static async start(way: Way, app: BenchApp, database: BenchDatabase): Promise<Fleet> {
    const fleet = new Fleet(way, app, database)
    for (let server = 0; server < 2; server++) await fleet.#add()
    return fleet
  }

  /** Stops one, looks at what it left behind, and starts another in its place. */
  async restartOldest(): Promise<Stop> {
    const oldest = this.#servers.shift()
    if (oldest === undefined) throw new Error('A fleet has two servers.')
    const { ms, isKilled } = await oldest.server.end(BOUND_MS)
    const left = await this.#sessionsLeft(oldest.name)
    this.balancer.remove(oldest.server.url)
    await this.#add()
    return { ms, isKilled, ...left }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.balancer[Symbol.dispose]()
    await Promise.all(this.#servers.splice(0).map(({ server }) => server[Symbol.asyncDispose]()))
  }

  async #add(): Promise<void> {
    const name = `drain-${this.#way.variant}-${++this.#started}`
    const server = await NextServer.start(this.#app, 'start', 'turbopack', {
      DATABASE_URL: this.#database.url,
      BENCH_NAME: name,
      ...this.#way.env,
    })
    await server.waitFor('/api/ready', () => true)
    this.#servers.push({ server, name })
    this.balancer.add(server.url)
  }

  /** What is there when the process is gone; a backend needs a moment to see that. */
  async #sessionsLeft(name: string): Promise<{ sessions: number; inTransaction: number }> {
    const until = performance.now() + SESSIONS_GONE_MS
    for (;;) {
      const states = await this.#database.query<{ state: string | null }>(
        'SELECT state FROM pg_stat_activity WHERE application_name = $1',
        [name],
      )
      if (states.length === 0 || performance.now() > until) {
        const inTransaction = states.filter(({ state }) => state?.startsWith('idle in')).length
        return { sessions: states.length, inTransaction }
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function barsOf(
  way: Way,
  outcomes: ReadonlyMap<number, number | string>,
  stops: readonly Stop[],
  refused: number,
  database: BenchDatabase,
): Promise<Bar[]> {
  const rows = await database.query<{ id: number; parts: string[] }>(
    'SELECT id, array_agg(part) AS parts FROM bench_order GROUP BY id',
  )
  const parts = new Map(rows.map((row) => [row.id, row.parts]))
  const has = (id: number, part: string): boolean => parts.get(id)?.includes(part) === true
  const good = [...outcomes].filter(([, status]) => status === 200).map(([id]) => id)
  const failed = outcomes.size - good.length
  const halves = rows.filter(({ id }) => has(id, 'first') !== has(id, 'second')).length
  const of = `of ${outcomes.size}`
  const sum = (count: (stop: Stop) => number): number =>
    stops.reduce((total, stop) => total + count(stop), 0)
  const seconds = stops.map(({ ms }) => Math.round(ms) / 1_000).toSorted((a, b) => a - b)
  console.error(`${way.name}: ${summaryOf(outcomes)}; stops took ${seconds.join(', ')} s`)

  const limited = (bar: Bar): Bar => limitedIf(way.hasLimits, bar)
  const lost = good.filter((id) => !has(id, 'first') || !has(id, 'second')).length
  const lostAfter = good.filter((id) => !has(id, 'after')).length
  return [
    limited(exactly('failed accepted requests', way.name, failed, of, 0)),
    limited(exactly('acknowledged writes lost', way.name, lost, of, 0)),
    limited(exactly('transactions written by half', way.name, halves, of, 0)),
    limited(exactly('work of after() lost', way.name, lostAfter, of, 0)),
    limited(atMost('slowest stop', way.name, seconds.at(-1) ?? Number.NaN, 's', BOUND_MS / 1_000)),
    limited(
      exactly(
        'processes that had to be killed',
        way.name,
        sum((stop) => Number(stop.isKilled)),
        `of ${stops.length}`,
        0,
      ),
    ),
    limited(
      exactly(
        'sessions left after a stop',
        way.name,
        sum((stop) => stop.sessions),
        '',
        0,
      ),
    ),
    limited(
      exactly(
        'idle in transaction after a stop',
        way.name,
        sum((stop) => stop.inTransaction),
        '',
        0,
      ),
    ),
    forComparison('connections refused, and sent elsewhere', way.name, refused, of),
  ]
}

/** The outcomes, counted: `200 ×1200, ECONNRESET ×3`. */
function summaryOf(outcomes: ReadonlyMap<number, number | string>): string {
  const counts = new Map<number | string, number>()
  for (const status of outcomes.values()) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${status} ×${count}`).join(', ')
}
