// Runs in the folder of a cell, beside a `client.ts` that was written for it, and prints one line of JSON.
import assert from 'node:assert/strict'
import { drain, isOnePrismaError, status, statusAll } from '@oneprisma/client'
import { withRequestContext } from '@oneprisma/client/context'
import { subscribe } from '@oneprisma/client/telemetry'

/** The part of the generated clients that is used, alike in every version. */
interface MatrixClient {
  readonly author: Table<{ email: string; posts?: { create: Array<{ title: string }> } }>
  readonly post: Table<{ title: string; authorId: number }>
  $transaction<Result>(run: (tx: MatrixClient) => Promise<Result>): Promise<Result>
  $transaction(batch: Array<Promise<number>>): Promise<number[]>
  $executeRawUnsafe(text: string): Promise<number>
}

interface Table<Data> {
  create(args: { data: Data; include?: object }): Promise<Row>
  findUnique(args: { where: object; include?: object }): Promise<Row | null>
  update(args: { where: object; data: Partial<Data> }): Promise<Row>
  delete(args: { where: object }): Promise<Row>
  count(): Promise<number>
}

interface Row {
  readonly id: number
  readonly email?: string
  readonly posts?: Array<{ title: string }>
}

interface ClientModule {
  readonly prisma: MatrixClient
  readonly tables: readonly string[]
  readonly poolMax: number | undefined
  readonly uniqueViolation: string
  readonly close?: () => Promise<void>
}

const checks: Record<string, string> = {}
const file = new URL('client.ts', import.meta.url).href
const { prisma, tables, poolMax, uniqueViolation, close } = (await import(file)) as ClientModule

await check('lazy', () => assert.equal(status(prisma).state, 'idle'))
await check('tables', async () => {
  for (const text of tables) await prisma.$executeRawUnsafe(text)
})
await check('create, read, update, delete', async () => {
  const { id } = await prisma.author.create({ data: { email: 'a@example.com' } })
  await prisma.author.update({ where: { id }, data: { email: 'b@example.com' } })
  const found = await prisma.author.findUnique({ where: { id } })
  assert.equal(found?.email, 'b@example.com')
  await prisma.author.delete({ where: { id } })
  assert.equal(await prisma.author.count(), 0)
})
await check('nested write', async () => {
  const { id } = await prisma.author.create({
    data: { email: 'nested@example.com', posts: { create: [{ title: 'one' }, { title: 'two' }] } },
  })
  const found = await prisma.author.findUnique({ where: { id }, include: { posts: true } })
  assert.equal(found?.posts?.length, 2)
})
await check('batch', async () => {
  assert.deepEqual(await prisma.$transaction([prisma.author.count(), prisma.post.count()]), [1, 2])
})
await check('interactive transaction', async () => {
  const seen = await prisma.$transaction(async (tx) => {
    const { id } = await tx.author.create({ data: { email: 'kept@example.com' } })
    await tx.post.create({ data: { title: 'three', authorId: id } })
    return status(prisma)
  })
  assert.equal(seen.unitsInFlight, 1)
  assert.equal(seen.transactionsOpen, 1)
  assert.equal(await prisma.author.count(), 2)
})
await check('rollback', async () => {
  const failure = prisma.$transaction(async (tx) => {
    await tx.author.create({ data: { email: 'lost@example.com' } })
    throw new Error('on purpose')
  })
  await assert.rejects(failure, /on purpose/)
  assert.equal(await prisma.author.count(), 2)
})
await check('unique violation', async () => {
  const twice = prisma.author.create({ data: { email: 'kept@example.com' } })
  await assert.rejects(twice, { code: uniqueViolation })
})
await check('context in telemetry', async () => {
  const seen: string[] = []
  const stop = subscribe('operation.ended', ({ model, action, context }) => {
    seen.push(`${model}.${action} ${context?.requestId}`)
  })
  await withRequestContext({ requestId: 'request-1' }, () => prisma.author.count())
  stop()
  assert.deepEqual(seen, ['Author.count request-1'])
})
await check('status', async () => {
  await Promise.all(Array.from({ length: 20 }, () => prisma.author.count()))
  const { state, queries, unitsInFlight, transactionsOpen, pool, schemaFingerprint } =
    status(prisma)
  assert.deepEqual([state, unitsInFlight, transactionsOpen], ['open', 0, 0])
  assert.match(String(schemaFingerprint), /^[0-9a-f]{8}$/)
  assert.ok(Number(queries?.total) > 20, `${queries?.total} queries`)
  assert.equal(queries?.failed, 1)
  if (poolMax === undefined) return
  // Not every driver tells the limit of its pool.
  assert.ok(pool !== undefined && [poolMax, undefined].includes(pool.max), `a pool of ${pool?.max}`)
  assert.ok(pool.total > 0 && pool.total <= poolMax, `${pool.total} connections`)
})
await check('one client for two evaluations', async () => {
  const again = (await import(`${file}?again`)) as ClientModule
  const before = status(prisma).createdAt
  assert.equal(await again.prisma.author.count(), 2)
  assert.equal(status(again.prisma).createdAt, before)
  assert.equal(status(again.prisma).generation, 1)
  assert.equal(statusAll().length, 1)
})
await check('drain', async () => {
  const begun = gate()
  const refused = gate()
  const kept = prisma.$transaction(async (tx) => {
    begun.open()
    await refused.opened
    return tx.author.create({ data: { email: 'last@example.com' } })
  })
  await begun.opened
  const drained = drain(prisma, { timeoutMs: 5_000 })
  const late = assert.rejects(prisma.author.count(), (error) => isOnePrismaError(error, 'DRAINED'))
  await late.finally(() => refused.open())
  assert.equal((await kept).email, 'last@example.com')
  await drained
  assert.equal(status(prisma).state, 'drained')
})
await close?.()
console.log(JSON.stringify({ checks }))

async function check(name: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await run()
    checks[name] = 'ok'
  } catch (error) {
    checks[name] = error instanceof Error ? error.message.trim().slice(0, 300) : String(error)
  }
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
