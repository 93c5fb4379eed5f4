import { setFlagsFromString } from 'node:v8'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { pgPool } from '@oneprisma/client/pg'
import { shareTenants } from '@oneprisma/client/tenants'
import { PrismaPg } from '@prisma/adapter-pg'
import { atMost, exactly, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { median, rounded } from './statistics.ts'

const CAP = 50
const MAX_CONNECTIONS = 100
// More than the cores, fewer than the cap: as many requests as a busy process has at a time.
const CONCURRENCY = 20
const NAIVE_TENANTS = 300

/** The part of the generated client that is used. */
interface UserClient {
  readonly user: { findUnique(args: { where: { id: number } }): Promise<unknown> }
  $disconnect(): Promise<void>
}

type UserClientClass = new (options: object) => UserClient

/**
 * Requests of many tenants in one process: first each tenant once, in any order, then some tenants far
 * more often than others (Zipf's law). Each tenant has a client of its own, with a pool of its own.
 */
export async function tenants({ isQuick }: BenchOptions): Promise<Bar[]> {
  const count = isQuick ? 1_000 : 10_000
  Object.assign(process.env, { NODE_ENV: 'production' })
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('tenants', 'documented')
  const generated = pathToFileURL(join(app.folder, 'generated/client.ts')).href
  // The generated client of the bench app, which is made anew for every run.
  const { PrismaClient } = (await import(generated)) as { PrismaClient: UserClientClass }
  return [
    ...(await shared(database, PrismaClient, count)),
    ...(await naive(database, PrismaClient)),
    ...(await hitCost()),
  ]
}

async function shared(
  database: BenchDatabase,
  PrismaClient: UserClientClass,
  count: number,
): Promise<Bar[]> {
  let open = 0
  const all = shareTenants<UserClient>(
    (_, { observe }) => {
      const { config } = pgPool(database.url, { applicationName: 'tenants' })
      const client = new PrismaClient({ adapter: observe(new PrismaPg(config)) })
      const disconnect = client.$disconnect.bind(client)
      open++
      client.$disconnect = async () => {
        await disconnect()
        open--
      }
      return client
    },
    { maxClients: CAP, maxConnections: MAX_CONNECTIONS },
  )
  const seen = { clients: 0, open: 0, failed: 0 }
  const request = async (tenant: number): Promise<void> => {
    try {
      await all.run(`tenant-${tenant}`, (prisma) =>
        prisma.user.findUnique({ where: { id: 1 + (tenant % 100) } }),
      )
    } catch (error) {
      seen.failed++
      console.error('tenants:', error)
    }
    seen.clients = Math.max(seen.clients, all.status().clients)
    seen.open = Math.max(seen.open, open)
  }
  const every = shuffledNumbers(count)
  const early = every.splice(0, count / 5)
  const { peak, result } = await database.peakDuring('tenants', async () => {
    await drive(early, request)
    const before = memory()
    await drive(every, request)
    const after = memory()
    const startedAt = performance.now()
    await drive(skewed(count, count), request)
    const ms = performance.now() - startedAt
    return { before, after, end: memory(), perSecond: (count * 1_000) / ms }
  })
  const { created, evicted } = all.status()
  await all.drain()
  const { before, after, end, perSecond } = result
  const of = `${count} tenants`
  return [
    atMost(`${of}, clients at a time`, 'shareTenants', Math.max(seen.clients, seen.open), '', CAP),
    atMost(`${of}, connections at the server`, 'shareTenants', peak, '', MAX_CONNECTIONS),
    exactly(`${of}, failed requests`, 'shareTenants', seen.failed, '', 0),
    exactly(`${of}, connections afterwards`, 'shareTenants', await gone(database), '', 0),
    atMost(
      `${of}, heap after all tenants to heap after a fifth`,
      'shareTenants',
      rounded(Math.max(after.heap, end.heap) / before.heap, 3),
      '×',
      1.1,
    ),
    forComparison(`${of}, heap at the end`, 'shareTenants', rounded(end.heap, 1), 'MB'),
    forComparison(
      `${of}, resident memory after a fifth`,
      'shareTenants',
      rounded(before.rss, 0),
      'MB',
    ),
    forComparison(`${of}, resident memory at the end`, 'shareTenants', rounded(end.rss, 0), 'MB'),
    forComparison(`${of}, clients made`, 'shareTenants', created, ''),
    forComparison(`${of}, clients closed for others`, 'shareTenants', evicted, ''),
    forComparison(`${of}, requests a second, skewed`, 'shareTenants', rounded(perSecond, 0), '/s'),
  ]
}

/** A map that keeps a client for every tenant, as it is often written. */
async function naive(database: BenchDatabase, PrismaClient: UserClientClass): Promise<Bar[]> {
  const clients = new Map<number, UserClient>()
  let failed = 0
  const { peak } = await database.peakDuring('naive', () =>
    drive(shuffledNumbers(NAIVE_TENANTS), async (tenant) => {
      const client =
        clients.get(tenant) ??
        new PrismaClient({
          adapter: new PrismaPg({ connectionString: database.url, application_name: 'naive' }),
        })
      clients.set(tenant, client)
      await client.user.findUnique({ where: { id: 1 } }).catch(() => failed++)
    }),
  )
  await Promise.all([...clients.values()].map((client) => client.$disconnect()))
  const of = `${NAIVE_TENANTS} tenants`
  return [
    forComparison(`${of}, clients at a time`, 'a map of clients', clients.size, ''),
    forComparison(`${of}, connections at the server`, 'a map of clients', peak, ''),
    forComparison(`${of}, failed requests`, 'a map of clients', failed, ''),
  ]
}

/** What it costs to get a client that is there, and to give it back. */
async function hitCost(): Promise<Bar[]> {
  const all = shareTenants(() => ({ name: 'client' }), { name: 'hits', maxClients: CAP })
  const names = Array.from({ length: CAP }, (_, index) => `tenant-${index}`)
  const variants = {
    run: async () => {
      for (let index = 0; index < 1_000; index++) await all.run(names[index % CAP] ?? '', nothing)
    },
    'await a function': async () => {
      for (let index = 0; index < 1_000; index++) await nothing()
    },
  }
  const times: Record<keyof typeof variants, number[]> = { run: [], 'await a function': [] }
  for (let round = -200; round < 2_000; round++) {
    for (const [name, variant] of Object.entries(variants)) {
      const startedAt = performance.now()
      await variant()
      // The keys are those of `variants`.
      if (round >= 0) times[name as keyof typeof variants].push(performance.now() - startedAt)
    }
  }
  await all.drain()
  return [
    atMost('a client that is there', 'run', rounded(median(times.run), 3), 'µs', 1),
    forComparison(
      'a client that is there',
      'await a function',
      rounded(median(times['await a function']), 3),
      'µs',
    ),
  ]
}

async function nothing(): Promise<void> {}

/** Sends requests for tenants in their order, some at a time. */
async function drive(
  queue: readonly number[],
  request: (tenant: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    while (next < queue.length) {
      const tenant = queue[next++]
      if (tenant === undefined) return
      if (next % 1_000 === 0) console.error(`tenants: request ${next} of ${queue.length}`)
      await request(tenant)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
}

function shuffledNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => ({ number, key: Math.random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ number }) => number)
}

/** The tenant of rank n is asked for 1/n as often as the first. */
function skewed(requests: number, tenantCount: number): number[] {
  const weights = Array.from({ length: tenantCount }, (_, index) => 1 / (index + 1))
  const sums: number[] = []
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight)
  const total = sums.at(-1) ?? 0
  return Array.from({ length: requests }, () => {
    const at = Math.random() * total
    return sums.findIndex((sum) => sum >= at)
  })
}

/** In megabytes, after a garbage collection. */
function memory(): { heap: number; rss: number } {
  setFlagsFromString('--expose-gc')
  // There under the flag above.
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: (heapUsed + external) / 1e6, rss: rss / 1e6 }
}

/** The server needs a moment to notice that connections are closed. */
async function gone(database: BenchDatabase): Promise<number> {
  for (const until = performance.now() + 2_000; ;) {
    const left = await database.connections('tenants')
    if (left === 0 || performance.now() > until) return left
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
