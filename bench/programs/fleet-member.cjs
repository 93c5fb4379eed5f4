// A process of the fleet: a pool of 10, and as many queries at once that follow each other. It is told
// on its standard input by which way to go, and tells every moment how many answers it has had.
const { createInterface } = require('node:readline')
const { PrismaPg } = require('@prisma/adapter-pg')
const { disconnect, drain, sharePrisma } = require('@oneprisma/client')
const { fleetStatus, withFleet } = require('@oneprisma/client/fleet')
const { pgPool } = require('@oneprisma/client/pg')
const { PrismaClient } = require('./prisma-client.cjs')

const { DIRECT_URL, POOLED_URL, PROGRAM_NAME, FLEET_BUDGET } = process.env
const QUERIES = 10
// What the server is kept busy with: for a millisecond or two, or next to nothing.
const LOADS = {
  work: 'SELECT count(*)::int AS count FROM "User" a JOIN "User" b ON a.email < b.email',
  lookups: 'SELECT id, email FROM "User" WHERE id = 1',
}
const TELLS_EVERY_MS = 100
// One that was refused does not ask again at once.
const PAUSE_MS = 100

const share = (name, url, wrap) =>
  sharePrisma(
    ({ observe }) => {
      const pool = pgPool(url, { max: 10, applicationName: PROGRAM_NAME })
      const adapter = wrap(new PrismaPg(pool.config, pool.options))
      return new PrismaClient({
        adapter: observe(adapter),
        transactionOptions: pool.transactionOptions,
      })
    },
    { name },
  )

const CLIENTS = {
  fleet: share('fleet', DIRECT_URL, (adapter) =>
    withFleet(adapter, { budget: Number(FLEET_BUDGET) }),
  ),
  pgbouncer: share('pgbouncer', POOLED_URL, (adapter) => adapter),
  none: share('none', DIRECT_URL, (adapter) => adapter),
}

let going = new AbortController()
const count = { answers: 0, errors: {} }

createInterface({ input: process.stdin }).on('line', (line) => {
  const [order, kind] = line.split(' ')
  if (order in CLIENTS) {
    for (let query = 0; query < QUERIES; query++) void load(CLIENTS[order], LOADS[kind])
  } else going.abort()
  if (order === 'leave') void leave()
})
void start()

/** Gets ready, so that what a first query costs a process is no part of a round. */
async function start() {
  for (const client of [CLIENTS.pgbouncer, CLIENTS.fleet]) {
    await client.$queryRawUnsafe('SELECT 1')
    await disconnect(client)
  }
  setInterval(tell, TELLS_EVERY_MS).unref()
  console.log('ready')
}

async function load(prisma, sql) {
  if (going.signal.aborted) going = new AbortController()
  const { signal } = going
  while (!signal.aborted) {
    try {
      await prisma.$queryRawUnsafe(sql)
      count.answers++
    } catch (error) {
      const code = codeOf(error)
      count.errors[code] = (count.errors[code] ?? 0) + 1
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

async function leave() {
  // The queries of 400 others go on.
  for (const client of Object.values(CLIENTS)) await drain(client, { timeoutMs: 30_000 })
  process.stdin.destroy()
}

function tell() {
  const refusals = fleetStatus().reduce((sum, { counts }) => sum + counts.refusals, 0)
  console.log(JSON.stringify({ ...count, refusals }))
}

/** The code of the database, where there is one. */
function codeOf(error) {
  for (let link = error; link; link = link.meta?.driverAdapterError ?? link.cause) {
    if (link.originalCode) return link.originalCode
  }
  return error.code ?? error.message
}
