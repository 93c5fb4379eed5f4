// Runs beside a version 7 client (`client.ts`), and tells how far the runtime carries a client of Prisma 8.
import assert from 'node:assert/strict'
import { drain, isOnePrismaError, sharePrisma, status, statusAll } from '@oneprisma/client'
import { withRequestContext } from '@oneprisma/client/context'
import { subscribe, telemetry } from '@oneprisma/client/telemetry'
import { defineContract } from '@prisma/orm-postgres/contract-builder'
import family from '@prisma/orm-postgres/family'
import postgres from '@prisma/orm-postgres/runtime'
import target from '@prisma/orm-postgres/target'
import { Pool } from 'pg'
import { prisma, tables } from './client.ts'

const checks = {}
const facts = {}

const contractOf = (table) =>
  defineContract({ family, target }, ({ field, model }) => ({
    models: {
      Note: model('Note', {
        fields: { id: field.text().id(), text: field.text() },
      }).sql({ table }),
    },
  }))
let created = 0
const share = (name, table = 'note', options = {}) =>
  sharePrisma(
    () => {
      created++
      return postgres({
        contract: contractOf(table),
        url: `${process.env.DATABASE_URL}&application_name=matrix-8`,
        verifyMarker: false,
      })
    },
    { name, telemetry: telemetry({ log: false }), ...options },
  )

for (const text of tables) await prisma.$executeRawUnsafe(text)
await prisma.$executeRawUnsafe('CREATE TABLE note (id text PRIMARY KEY, text text NOT NULL)')

const db = share('eight')
await check('lazy', () => {
  assert.equal(created, 0)
  assert.equal(status(db).state, 'idle')
})
await check('create and read through the handle', async () => {
  await db.orm.public.Note.create({ id: '1', text: 'one' })
  assert.equal((await db.orm.public.Note.first({ id: '1' })).text, 'one')
})
await check('one client for two definitions', async () => {
  const before = status(db).createdAt
  await share('eight').orm.public.Note.first({ id: '1' })
  assert.equal(status(db).createdAt, before)
  assert.equal(status(db).generation, 1)
})
await check('beside version 7 on one database', async () => {
  await prisma.author.create({ data: { email: 'a@example.com' } })
  const [row] = await prisma.$queryRawUnsafe('SELECT text FROM note')
  assert.equal(row.text, 'one')
  assert.deepEqual(
    statusAll()
      .map(({ name }) => name)
      .toSorted(),
    ['default', 'eight'],
  )
})
await check('transaction and rollback', async () => {
  await db.transaction((tx) => tx.orm.public.Note.create({ id: '2', text: 'two' }))
  const failure = db.transaction(async (tx) => {
    await tx.orm.public.Note.create({ id: '3', text: 'three' })
    throw new Error('on purpose')
  })
  await assert.rejects(failure, /on purpose/)
  assert.equal((await db.orm.public.Note.all()).length, 2)
})
await measure('units of work are counted', async () => {
  const pending = db.orm.public.Note.first({ id: '1' })
  const { unitsInFlight } = status(db)
  await pending
  return unitsInFlight === 1
})
await measure('transactions are counted as units', () =>
  db.transaction(async () => status(db).unitsInFlight === 1),
)
await measure('telemetry of operations', async () => {
  const seen = []
  const stop = subscribe('operation.ended', (event) => seen.push(event))
  await withRequestContext({ requestId: 'r' }, () => db.orm.public.Note.first({ id: '1' }))
  stop()
  return seen.length > 0
})
await measure('queries and pool in status', () => status(db).pool !== undefined)
await measure('schema fingerprint', () => status(db).schemaFingerprint !== undefined)
await measure('fingerprint by option', async () => {
  const other = share('by-option', 'note', { fingerprint: (client) => hashOf(client) })
  await other.orm.public.Note.all()
  const first = status(other).schemaFingerprint
  await drain(other)
  return first !== undefined
})
await measure('a new contract makes a new generation', async () => {
  await prisma.$executeRawUnsafe('CREATE TABLE note2 (id text PRIMARY KEY, text text NOT NULL)')
  return generationAfter('generations', {})
})
await measure('a new contract makes a new generation, with the option', () =>
  generationAfter('generations-by-option', { fingerprint: (client) => hashOf(client) }),
)
await measure('drain lets an open transaction finish', async () => {
  const one = share('open-transaction')
  await one.orm.public.Note.all()
  const [begun, refused] = [gate(), gate()]
  const kept = one.transaction(async (tx) => {
    begun.open()
    await refused.opened
    await tx.orm.public.Note.create({ id: '9', text: 'nine' })
  })
  await begun.opened
  const drained = drain(one, { timeoutMs: 5_000 })
  facts['drain refuses new work'] = await answerOf(async () => {
    try {
      await one.orm.public.Note.all()
      return false
    } catch (error) {
      return isOnePrismaError(error, 'DRAINED')
    }
  })
  refused.open()
  const [result] = await Promise.allSettled([kept])
  await drained
  return result.status === 'fulfilled'
})
await measure('keeps to a pool of pg that was given', async () => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
  const shared = sharePrisma(
    () => postgres({ contract: contractOf('note'), pg: pool, verifyMarker: false }),
    { name: 'own-pool' },
  )
  await Promise.all(Array.from({ length: 10 }, () => shared.orm.public.Note.all()))
  const isWithin = pool.totalCount <= 2
  await drain(shared)
  facts['drain closes a pool that was given'] = pool.ended ? 'yes' : 'no'
  if (!pool.ended) await pool.end()
  return isWithin
})
await check('drain closes it', async () => {
  await drain(db, { timeoutMs: 5_000 })
  assert.equal(status(db).state, 'drained')
  const [row] = await prisma.$queryRawUnsafe(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'matrix-8'",
  )
  facts['sessions of version 8 after the drain'] = row.count
})
await check('version 7 goes on after it', async () => {
  assert.equal(await prisma.author.count(), 1)
  await drain(prisma)
})
console.log(JSON.stringify({ checks, facts }))

async function generationAfter(name, options) {
  const before = share(name, 'note', options)
  await before.orm.public.Note.all()
  const after = share(name, 'note2', options)
  await after.orm.public.Note.all()
  const { generation } = status(after)
  await drain(after)
  return generation === 2
}

function hashOf(client) {
  return client.contract.storage.storageHash
}

async function measure(name, run) {
  facts[name] = await answerOf(run)
}

async function answerOf(run) {
  try {
    return (await run()) ? 'yes' : 'no'
  } catch (error) {
    return `fails: ${String(error.message).slice(0, 200)}`
  }
}

async function check(name, run) {
  try {
    await run()
    checks[name] = 'ok'
  } catch (error) {
    checks[name] = String(error.message).trim().slice(0, 300)
  }
}

function gate() {
  let open = () => {}
  const opened = new Promise((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
