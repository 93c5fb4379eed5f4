import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { deployMigrations, generatePrismaClient } from '@oneprisma/testing'
import pg from 'pg'
import type { BenchDatabase } from './bench-database.ts'
import { buildApp } from './next-server.ts'
import type { Part, Service } from './rolling-restarts.ts'

const folder = join(import.meta.dirname, '../../apps/reference')
const SECRET = 'webhook secret of the bench'
const ORDERS = 100_000
const HELD_MS = 500

/**
 * Builds the reference app, prepares its database, and has its webhook paid orders: an order, its
 * event and the job of its receipt are written in one transaction. Of some orders the row is held by
 * somebody else for a while, so that their transactions wait in the middle.
 */
export async function prepareShop(
  database: BenchDatabase,
  slowEvery: number,
): Promise<Service & AsyncDisposable> {
  console.error('reference app: building')
  await generatePrismaClient({ cwd: folder })
  await buildApp({ folder }, 'turbopack', {})
  const url = await prepareDatabase(database)
  const admin = new pg.Pool({ connectionString: url, application_name: 'bench' })
  return {
    name: 'oneprisma, the reference app',
    hasLimits: true,
    app: { folder },
    readyPath: '/api/health/ready',
    after: 'jobs',
    env: (name) => ({
      DATABASE_URL: `${url}?application_name=${name}`,
      NEXTAUTH_URL: 'http://127.0.0.1',
      NEXTAUTH_SECRET: 'secret of the bench',
      PAYMENT_WEBHOOK_SECRET: SECRET,
      NEXT_MANUAL_SIG_HANDLE: 'true',
      READINESS_DELAY_MS: '1500',
    }),
    request: async (id) => {
      if (id % slowEvery === 0) await hold(admin, `order-${id}`)
      return payment(id)
    },
    written: () => written(admin),
    [Symbol.asyncDispose]: () => admin.end(),
  }
}

async function prepareDatabase(database: BenchDatabase): Promise<string> {
  await database.query('CREATE DATABASE shop')
  const url = new URL(database.url)
  url.pathname = '/shop'
  url.search = ''
  await deployMigrations({ url: url.href, directory: join(folder, 'prisma/migrations') })
  program('graphile-worker/package.json', 'dist/cli.js', ['--schema-only', '-c', url.href])
  program('tsx/package.json', 'dist/cli.mjs', ['prisma/seed.mjs'], url.href)
  const admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(
    `INSERT INTO "Order" (id, "userId", "totalCents")
     SELECT 'order-' || n, u.id, 3500 FROM "User" u, generate_series(0, $1) n
     WHERE email = 'customer@example.com'`,
    [ORDERS],
  )
  await admin.end()
  return url.href
}

/** Runs a program of one of the app's dependencies to its end. */
function program(manifest: string, file: string, args: readonly string[], url = ''): void {
  const path = join(dirname(createRequire(join(folder, 'package.json')).resolve(manifest)), file)
  const env = { ...process.env, DATABASE_URL: url }
  const run = spawnSync(process.execPath, [path, ...args], { cwd: folder, env, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${file} failed:\n${run.stderr}`)
}

/** Holds the row of an order from now on, for a while. */
async function hold(admin: pg.Pool, order: string): Promise<void> {
  const client = await admin.connect()
  await client.query('BEGIN')
  await client.query('SELECT 1 FROM "Order" WHERE id = $1 FOR UPDATE', [order])
  void delay(HELD_MS)
    .then(() => client.query('COMMIT'))
    .finally(() => client.release())
}

/** The payment of an order, signed as its provider does. */
function payment(id: number): { path: string; body: string; headers: Record<string, string> } {
  const body = JSON.stringify({
    id: `order-${id}-paid`,
    type: 'payment.succeeded',
    orderId: `order-${id}`,
    occurredAt: new Date().toISOString(),
  })
  const at = Math.floor(Date.now() / 1_000)
  const signature = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')
  return {
    path: '/api/webhooks/payments',
    body,
    headers: { 'x-payment-signature': `t=${at},v1=${signature}` },
  }
}

async function written(admin: pg.Pool): Promise<ReadonlyMap<number, readonly Part[]>> {
  const parts: ReadonlyArray<readonly [Part, string]> = [
    ['first', `SELECT "orderId" AS id FROM "PaymentEvent" WHERE applied`],
    ['second', `SELECT id FROM "Order" WHERE status = 'PAID' AND id LIKE 'order-%'`],
    ['after', `SELECT split_part(substr(key, 9), '-paid', 1) AS id FROM graphile_worker.jobs`],
  ]
  const found = new Map<number, Part[]>()
  for (const [part, sql] of parts) {
    const { rows } = await admin.query<{ id: string }>(sql)
    for (const { id } of rows) {
      const number = Number(id.replace('order-', ''))
      found.set(number, [...(found.get(number) ?? []), part])
    }
  }
  return found
}
