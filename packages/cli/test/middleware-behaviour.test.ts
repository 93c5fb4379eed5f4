import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatePrismaClient, startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rewritten } from './middleware-module.ts'

const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))
const FIXTURES = new URL('./middleware-fixtures/', import.meta.url)

interface Row {
  readonly id: number
  readonly email: string
  readonly name: string | null
}

/** The part of the generated client that the tests use. */
interface UserClient {
  readonly user: {
    create(args: object): Promise<Row>
    count(): Promise<number>
    findMany(args?: object): Promise<Row[]>
    findUnique(args: object): Promise<Row | null> & { posts(): Promise<unknown[]> }
  }
  $queryRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<unknown>
  $queryRawUnsafe(sql: string, ...values: unknown[]): Promise<unknown>
  $executeRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>
  $executeRawUnsafe(sql: string): Promise<number>
  $transaction(batch: Array<Promise<unknown>>): Promise<unknown[]>
  $transaction(run: (tx: UserClient) => Promise<unknown>): Promise<unknown>
  $disconnect(): Promise<void>
}

interface Rewritten {
  readonly prisma: UserClient
  readonly seen: unknown[][]
}

let postgres: EmbeddedPostgres
let folder: string
let subject: Rewritten

beforeAll(async () => {
  postgres = await startPostgres()
  folder = mkdtempSync(join(tmpdir(), 'middleware-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'schema.prisma'), readFileSync(new URL('schema.prisma', FIXTURES)))
  await generatePrismaClient({ cwd: folder, schema: 'schema.prisma' })

  const { text, reasons } = rewritten(readFileSync(new URL('db.cjs', FIXTURES), 'utf8'), 'db.cjs')
  expect(reasons).toEqual([])
  writeFileSync(join(folder, 'db.cjs'), text)
  // The fixture exports a function that makes these from a connection string.
  const make = createRequire(join(folder, 'db.cjs'))('./db.cjs') as (url: string) => Rewritten
  subject = make(postgres.url)
  await subject.prisma.$executeRawUnsafe(
    'CREATE TABLE "User" (id serial PRIMARY KEY, email text UNIQUE NOT NULL, name text, deleted boolean NOT NULL DEFAULT false)',
  )
  await subject.prisma.$executeRawUnsafe(
    'CREATE TABLE "Post" (id serial PRIMARY KEY, title text NOT NULL, "authorId" int REFERENCES "User")',
  )
})
afterAll(async () => {
  await subject?.prisma.$disconnect()
  await postgres?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  await subject.prisma.$executeRawUnsafe('TRUNCATE "User", "Post" RESTART IDENTITY')
  subject.seen.length = 0
})

describe('Rewritten middleware', () => {
  it('runs the middleware that was added first around the one that was added next', async () => {
    await subject.prisma.user.count()

    expect(subject.seen).toEqual([
      ['outer before', 'User', 'count'],
      ['inner before', 'User', 'count'],
      ['inner after', 0],
      ['outer after', 0],
    ])
  })

  it('changes the args and the result as the middleware did, and reaches no nested write', async () => {
    const created = await subject.prisma.user.create({
      data: { email: 'ADA@EXAMPLE.COM', posts: { create: { title: 'Notes' } } },
    })
    await subject.prisma
      .$executeRaw`UPDATE "User" SET deleted = true WHERE email = ${'gone@example.com'}`

    expect(created).toMatchObject({ id: 1, email: 'ada@example.com', name: 'nobody' })
    expect(subject.seen.filter(([when]) => when === 'outer before')).toEqual([
      ['outer before', 'User', 'create'],
      ['outer before', undefined, 'executeRaw'],
    ])
  })

  it('filters reads by the args that it sets, without and with args of the caller', async () => {
    await subject.prisma.user.create({ data: { email: 'a' } })
    await subject.prisma.user.create({ data: { email: 'b', deleted: true } })

    expect(await subject.prisma.user.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      { id: 1 },
    ])
    expect(await subject.prisma.user.findMany({ where: { email: 'b' } })).toEqual([])
    expect(await subject.prisma.user.count()).toBe(2)
  })

  it('sees a fluent read as the read that begins it', async () => {
    await subject.prisma.user.create({ data: { email: 'a', posts: { create: { title: 'b' } } } })
    subject.seen.length = 0

    expect(await subject.prisma.user.findUnique({ where: { id: 1 } }).posts()).toHaveLength(1)
    expect(subject.seen[0]).toEqual(['outer before', 'User', 'findUnique'])
  })

  it('sees every kind of raw query under the name that middleware was told', async () => {
    const { prisma, seen } = subject

    expect(await prisma.$queryRaw`SELECT ${1}::int AS one`).toEqual([{ one: 1 }])
    expect(await prisma.$queryRawUnsafe('SELECT $1::int AS one', 2)).toEqual([{ one: 2 }])
    expect(await prisma.$executeRaw`UPDATE "User" SET name = ${'x'}`).toBe(0)
    expect(await prisma.$executeRawUnsafe('UPDATE "User" SET name = NULL')).toBe(0)
    expect(seen.filter(([when]) => when === 'outer before')).toEqual([
      ['outer before', undefined, 'queryRaw'],
      ['outer before', undefined, 'queryRaw'],
      ['outer before', undefined, 'executeRaw'],
      ['outer before', undefined, 'executeRaw'],
    ])
  })

  it('sees each operation of a batch, which stays one transaction', async () => {
    const { prisma, seen } = subject
    const batch = await prisma.$transaction([
      prisma.user.create({ data: { email: 'A' } }),
      prisma.user.count(),
      prisma.$queryRaw`SELECT 3 AS three`,
    ])

    expect(batch).toMatchObject([{ email: 'a', name: 'nobody' }, 1, [{ three: 3 }]])
    expect(seen.filter(([when]) => when === 'inner before')).toEqual([
      ['inner before', 'User', 'create'],
      ['inner before', 'User', 'count'],
      ['inner before', undefined, 'queryRaw'],
    ])

    const twice = prisma.$transaction([
      prisma.user.create({ data: { email: 'B' } }),
      prisma.user.create({ data: { email: 'b' } }),
    ])
    await expect(twice).rejects.toMatchObject({ code: 'P2002' })
    expect(await prisma.user.count()).toBe(1)
  })

  it('sees the operations of an interactive transaction, and leaves its end alone', async () => {
    const { prisma, seen } = subject
    const failing = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'A' } })
      throw new Error(`inside are ${await tx.user.count()}`)
    })

    await expect(failing).rejects.toThrow('inside are 1')
    expect(await prisma.user.count()).toBe(0)
    expect(seen.filter(([when]) => when === 'outer before')).toHaveLength(3)
  })

  it('hands an error through, and may answer without a query', async () => {
    const { prisma, seen } = subject
    await prisma.user.create({ data: { email: 'a' } })

    await expect(prisma.user.create({ data: { email: 'a' } })).rejects.toMatchObject({
      code: 'P2002',
    })
    expect(seen.at(-1)).toEqual(['outer failed', 'P2002'])
    expect(await prisma.user.findUnique({ where: { email: 'nobody' } })).toEqual({ id: 0 })
  })
})
