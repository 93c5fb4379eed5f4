import { disconnect, sharePrisma } from '@oneprisma/client'
import { withRequestContext } from '@oneprisma/client/context'
import { snapshot, subscribe, telemetry, type Snapshot } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import { exactly, forComparison, type Bar } from '../bar.ts'
import type { BenchDatabase } from '../bench-database.ts'
import type { Client, ClientClass } from './client.ts'

const APPLICATION = 'observe-counts'
const WORKERS = 8
// What ends a session flushes its statistics; others do within a second, or later.
const STATISTICS_MS = 10_000

/** What the server counted by itself, of everything that one role did. */
interface ServerCounts {
  /** Statements that succeeded, by their first word. */
  readonly calls: ReadonlyMap<string, number>
  readonly rows: number
}

/**
 * Compares the metrics with what the server counted by itself, over operations of many kinds, in
 * transactions and out of them, that succeed and fail, of several workers at once.
 */
export async function compareCounts(
  database: BenchDatabase,
  PrismaClient: ClientClass,
  operations: number,
): Promise<Bar[]> {
  const url = await database.createRole('counted')
  const before = await rollbacksAt(database)
  let failed = 0
  const stop = subscribe('query.ended', ({ error, inTransaction }) => {
    if (error !== undefined && !inTransaction) failed++
  })
  const prisma = sharePrisma(
    ({ observe }) =>
      new PrismaClient({
        adapter: observe(
          new PrismaPg({ connectionString: url, max: 4, application_name: APPLICATION }),
        ),
      }),
    { name: 'counts', telemetry: telemetry({ log: false, slowQueryMs: 0 }) },
  )
  const done = await carryOut(prisma, operations)
  const sessions = await database.connections(APPLICATION)
  const { connections } = snapshot(prisma)
  const open = connections.opened - connections.closed.reduce((sum, it) => sum + it.count, 0)
  await disconnect(prisma)
  stop()
  const ours = snapshot(prisma)
  const rolledBack = failed + endedOf(ours, 'rolled_back')
  const server = await serverCounts(database)
  const rollbacks = (await rollbacksOnceThereAre(database, before + rolledBack)) - before

  const name = (text: string) => `${text}, differs from the server by`
  const variant = `${done} operations`
  return [
    forComparison('operations carried out', 'counts', done, ''),
    exactly('operations, differs from what was called by', variant, total(ours) - done, '', 0),
    ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'BEGIN', 'COMMIT', 'ROLLBACK'].map((verb) =>
      exactly(name(verb), variant, callsOf(ours, verb) - (server.calls.get(verb) ?? 0), '', 0),
    ),
    exactly(name('other verbs'), variant, others(server), '', 0),
    exactly(name('rows'), variant, ours.rows.sum - server.rows, '', 0),
    exactly(name('what failed or was rolled back'), variant, rolledBack - rollbacks, '', 0),
    exactly(name('connections open'), variant, open - sessions, '', 0),
  ]
}

/** Carries out operations of many kinds, and returns how many there were. */
async function carryOut(prisma: Client, operations: number): Promise<number> {
  let begun = 0
  const one = async (kind: number, id: number): Promise<number> => {
    const email = `${id}@observe.example`
    switch (kind) {
      case 0:
        await prisma.user.create({ data: { email } })
        return 1
      case 1:
        // There is one of this name from the first of these on.
        await prisma.user.create({ data: { email: 'twice@observe.example' } }).catch(() => {})
        return 1
      case 2:
        await prisma.$queryRawUnsafe('SELECT 1 / 0').catch(() => {})
        return 1
      case 3:
        await prisma.$transaction(async (tx) => {
          await tx.user.create({ data: { email } })
          await tx.user.findMany({ where: { email } })
        })
        return 3
      case 4:
        await prisma
          .$transaction(async (tx) => {
            await tx.user.create({ data: { email } })
            throw new Error('roll back')
          })
          .catch(() => {})
        return 2
      case 5:
        await prisma
          .$transaction(async (tx) => {
            await tx.user.findMany({ take: 3 })
            await tx.user.create({ data: { email: 'twice@observe.example' } })
          })
          .catch(() => {})
        return 3
      case 6:
        await prisma.user.deleteMany({ where: { email } })
        return 1
      case 7:
        // Of one tick, and so one statement for all of them.
        await Promise.all([1, 2, 3, 4].map((it) => prisma.user.findUnique({ where: { id: it } })))
        return 4
      case 8:
        // A row of the hundred that there are at first.
        await prisma.user.update({ where: { id: 50 + (id % 50) }, data: { email } })
        return 1
      case 9:
        await prisma.user.update({ where: { id: -1 }, data: { email } }).catch(() => {})
        return 1
      default:
        await prisma.user.findMany({ take: 5, where: { id: { gt: id % 50 } } })
        return 1
    }
  }
  let done = 0
  await prisma.user.create({ data: { email: 'twice@observe.example' } })
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      while (done < operations) {
        const id = begun++
        const count = await withRequestContext({ requestId: `request-${id}` }, () =>
          one(id % 12, id),
        )
        done += count
      }
    }),
  )
  return done + 1
}

function total({ operations }: Snapshot): number {
  return operations.reduce((sum, { duration }) => sum + duration.count, 0)
}

function callsOf({ statements }: Snapshot, verb: string): number {
  return statements
    .filter((it) => it.verb === verb && it.error === undefined)
    .reduce((sum, { duration }) => sum + duration.count, 0)
}

function endedOf({ transactions }: Snapshot, outcome: string): number {
  return transactions.ended.find((it) => it.outcome === outcome)?.duration.count ?? 0
}

async function serverCounts(database: BenchDatabase): Promise<ServerCounts> {
  const rows = await database.query<{ verb: string; calls: number; rows: number }>(
    `SELECT upper(substring(query from '[A-Za-z]+')) AS verb, sum(calls)::int AS calls, sum(rows)::int AS rows
     FROM pg_stat_statements WHERE userid = 'counted'::regrole GROUP BY 1`,
  )
  return {
    calls: new Map(rows.map(({ verb, calls }) => [verb, calls])),
    rows: rows.reduce((sum, it) => sum + it.rows, 0),
  }
}

async function rollbacksAt(database: BenchDatabase): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'SELECT xact_rollback::int AS count FROM pg_stat_database WHERE datname = current_database()',
  )
  return row?.count ?? Number.NaN
}

/** Sessions hand in what they have counted when they end, and a moment later. */
async function rollbacksOnceThereAre(database: BenchDatabase, count: number): Promise<number> {
  const until = performance.now() + STATISTICS_MS
  for (;;) {
    const seen = await rollbacksAt(database)
    if (seen >= count || performance.now() > until) return seen
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const KNOWN = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'BEGIN', 'COMMIT', 'ROLLBACK'])

function others({ calls }: ServerCounts): number {
  return [...calls].filter(([verb]) => !KNOWN.has(verb)).reduce((sum, [, count]) => sum + count, 0)
}
