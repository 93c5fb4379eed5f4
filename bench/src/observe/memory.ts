import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { disconnect, sharePrisma } from '@oneprisma/client'
import { withRequestContext } from '@oneprisma/client/context'
import { snapshot, telemetry } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import { atMost, exactly, forComparison, type Bar } from '../bar.ts'
import type { BenchDatabase } from '../bench-database.ts'
import type { Client, ClientClass } from './client.ts'

// Lookups of one tick, which Prisma merges: a million operations are fewer statements.
const A_TICK = 20
const PARTS = 10
const WARM_UP_PARTS = 2

/**
 * Carries out operations whose contexts are all different, and looks at the memory of the process
 * and at the number of series after every part of them.
 */
export async function watchMemory(
  database: BenchDatabase,
  PrismaClient: ClientClass,
  operations: number,
): Promise<Bar[]> {
  const prisma = sharePrisma(
    ({ observe }) =>
      new PrismaClient({
        adapter: observe(new PrismaPg({ connectionString: database.url, max: 4 })),
      }),
    { name: 'memory', telemetry: telemetry({ log: false, comments: true }) },
  )
  const heaps: number[] = []
  const series: number[] = []
  for (let part = 0; part < PARTS; part++) {
    await carryOut(prisma, operations / PARTS)
    heaps.push(heapUsed())
    series.push(seriesOf(prisma))
    console.error(`observe: ${part + 1} of ${PARTS} parts, ${heaps.at(-1)} bytes`)
  }
  const done = snapshot(prisma).operations.reduce((sum, { duration }) => sum + duration.count, 0)
  await disconnect(prisma)
  const settled = heaps.slice(WARM_UP_PARTS)
  const growth = (settled.at(-1) ?? 0) - (settled[0] ?? 0)
  return [
    forComparison('operations, each of another request', 'memory', done, ''),
    atMost(
      'growth of the heap over the last eight tenths of them',
      'memory',
      growth / 1_024,
      'kB',
      512,
    ),
    exactly(
      'series that came after the first tenth',
      'memory',
      (series.at(-1) ?? 0) - (series[0] ?? 0),
      '',
      0,
    ),
  ]
}

async function carryOut(prisma: Client, operations: number): Promise<void> {
  for (let count = 0; count < operations; count += A_TICK) {
    await Promise.all(
      Array.from({ length: A_TICK }, (_, index) => {
        const requestId = crypto.randomUUID()
        const context = { requestId, route: `/${requestId}`, tags: { [requestId]: requestId } }
        return withRequestContext(context, () =>
          prisma.user.findUnique({ where: { id: 1 + (index % 100) } }),
        )
      }),
    )
  }
}

function seriesOf(prisma: Client): number {
  const { operations, statements, retries, connections } = snapshot(prisma)
  return operations.length + statements.length + retries.length + connections.closed.length
}

/** What is in use once everything that nobody holds is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') for (let count = 0; count < 3; count++) collect()
  return process.memoryUsage().heapUsed
}
