import { Balancer, type Post } from './balancer.ts'
import { atMost, exactly, forComparison, limitedIf, type Bar } from './bar.ts'
import type { BenchDatabase } from './bench-database.ts'
import { NextServer, type AppFolder } from './next-server.ts'
import { OpenLoop } from './open-loop.ts'

const PER_SECOND = 60
const BOUND_MS = 25_000
const SESSIONS_GONE_MS = 1_000

/** What a request writes: two parts in one transaction, and one that belongs to it otherwise. */
export type Part = 'first' | 'second' | 'after'

/** A built app that is restarted under load. */
export interface Service {
  readonly name: string
  readonly hasLimits: boolean
  readonly app: AppFolder
  /** The path that tells whether requests may be sent to it. */
  readonly readyPath: string
  /** What the part `after` is. */
  readonly after: string
  /** The variables of a server whose sessions have this application name. */
  env(applicationName: string): Readonly<Record<string, string>>
  /** The request of this number, of which some take a while. */
  request(id: number): Promise<Post>
  /** What the requests have written. */
  written(): Promise<ReadonlyMap<number, readonly Part[]>>
}

/** Restarts two servers of a service in turn, under a load that does not wait. */
export async function restartUnderLoad(
  service: Service,
  database: BenchDatabase,
  restarts: number,
): Promise<Bar[]> {
  console.error(`${service.name}: ${restarts} restarts`)
  await using fleet = await Fleet.start(service, database)
  const outcomes = new Map<number, number | string>()
  const load = new OpenLoop(PER_SECOND, async (id) => {
    const { status } = await fleet.balancer.post(await service.request(id))
    outcomes.set(id, status)
  })
  const stops: Stop[] = []
  for (let restart = 0; restart < restarts; restart++) stops.push(await fleet.restartOldest())
  await load.stop()
  await fleet[Symbol.asyncDispose]()
  return barsOf(service, outcomes, stops, fleet.balancer.refused, await service.written())
}

interface Stop {
  readonly ms: number
  readonly isKilled: boolean
  readonly sessions: number
  readonly inTransaction: number
}

/** Two servers behind a balancer. */
class Fleet implements AsyncDisposable {
  readonly balancer: Balancer
  readonly #service: Service
  readonly #database: BenchDatabase
  readonly #servers: Array<{ server: NextServer; name: string }> = []
  #started = 0

  private constructor(service: Service, database: BenchDatabase) {
    this.#service = service
    this.#database = database
    this.balancer = new Balancer(service.readyPath)
  }

  static async start(service: Service, database: BenchDatabase): Promise<Fleet> {
    const fleet = new Fleet(service, database)
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
    const name = `restarted-${++this.#started}`
    const server = await NextServer.start(
      this.#service.app,
      'start',
      'turbopack',
      this.#service.env(name),
      this.#service.readyPath,
    )
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

function barsOf(
  service: Service,
  outcomes: ReadonlyMap<number, number | string>,
  stops: readonly Stop[],
  refused: number,
  written: ReadonlyMap<number, readonly Part[]>,
): Bar[] {
  const { name } = service
  const has = (id: number, part: Part): boolean => written.get(id)?.includes(part) === true
  const good = [...outcomes].filter(([, status]) => status === 200).map(([id]) => id)
  const failed = outcomes.size - good.length
  const halves = [...written.keys()].filter((id) => has(id, 'first') !== has(id, 'second')).length
  const of = `of ${outcomes.size}`
  const sum = (count: (stop: Stop) => number): number =>
    stops.reduce((total, stop) => total + count(stop), 0)
  const seconds = stops.map(({ ms }) => Math.round(ms) / 1_000).toSorted((a, b) => a - b)
  console.error(`${name}: ${summaryOf(outcomes)}; stops took ${seconds.join(', ')} s`)

  const limited = (bar: Bar): Bar => limitedIf(service.hasLimits, bar)
  const lost = good.filter((id) => !has(id, 'first') || !has(id, 'second')).length
  const lostAfter = good.filter((id) => !has(id, 'after')).length
  return [
    limited(exactly('failed accepted requests', name, failed, of, 0)),
    limited(exactly('acknowledged writes lost', name, lost, of, 0)),
    limited(exactly('transactions written by half', name, halves, of, 0)),
    limited(exactly(`${service.after} lost`, name, lostAfter, of, 0)),
    limited(atMost('slowest stop', name, seconds.at(-1) ?? Number.NaN, 's', BOUND_MS / 1_000)),
    limited(
      exactly(
        'processes that had to be killed',
        name,
        sum((stop) => Number(stop.isKilled)),
        `of ${stops.length}`,
        0,
      ),
    ),
    limited(
      exactly(
        'sessions left after a stop',
        name,
        sum((stop) => stop.sessions),
        '',
        0,
      ),
    ),
    limited(
      exactly(
        'idle in transaction after a stop',
        name,
        sum((stop) => stop.inTransaction),
        '',
        0,
      ),
    ),
    forComparison('connections refused, and sent elsewhere', name, refused, of),
  ]
}

/** The outcomes, counted: `200 ×1200, ECONNRESET ×3`. */
function summaryOf(outcomes: ReadonlyMap<number, number | string>): string {
  const counts = new Map<number | string, number>()
  for (const status of outcomes.values()) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${status} ×${count}`).join(', ')
}
