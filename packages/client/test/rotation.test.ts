import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { disconnect, sharePrisma } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface Client {
  $queryRawUnsafe(sql: string): Promise<Array<Record<string, unknown>>>
  $transaction<Result>(run: (tx: Client) => Promise<Result>): Promise<Result>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => Client

const admin = new pg.Client(inject('databaseUrl'))

beforeAll(async () => {
  await admin.connect()
  await admin.query(`SET password_encryption = 'scram-sha-256'; CREATE ROLE rotated LOGIN`)
})
afterAll(async () => {
  await admin.query('DROP ROLE rotated')
  await admin.end()
})
beforeEach(forgetSharedClients)

describe('a password that is rotated', () => {
  it('is used by new connections, while the old ones go on', async () => {
    let password = await rotate('first')
    const url = new URL(inject('databaseUrl'))
    url.username = 'rotated'
    let asked = 0
    const prisma = sharePrisma(({ observe }) => {
      const { config } = pgPool(url.href, {
        max: 2,
        password: async () => {
          asked++
          return password
        },
      })
      return new PrismaClient({ adapter: observe(new PrismaPg(config)) })
    })
    const session = () => prisma.$queryRawUnsafe('SELECT pg_backend_pid() AS pid')

    const [before] = await session()
    const during = await prisma.$transaction(async (tx) => {
      password = await rotate('second')
      // The transaction has the connection of before, and this query needs another.
      const [beside] = await session()
      const [within] = await tx.$queryRawUnsafe('SELECT pg_backend_pid() AS pid')
      return { beside, within }
    })

    expect(during.within).toEqual(before)
    expect(during.beside).not.toEqual(before)
    expect(asked).toBe(2)
    await disconnect(prisma)
  })

  it('fails the query, and not the process, where it cannot be had', async () => {
    const prisma = sharePrisma(({ observe }) => {
      const { config } = pgPool(inject('databaseUrl'), {
        password: () => Promise.reject(new Error('the vault is sealed')),
      })
      return new PrismaClient({ adapter: observe(new PrismaPg(config)) })
    })

    await expect(prisma.$queryRawUnsafe('SELECT 1')).rejects.toThrow('the vault is sealed')
    await disconnect(prisma)
  })
})

/** Gives the role another password; returns it. */
async function rotate(password: string): Promise<string> {
  await admin.query(`ALTER ROLE rotated PASSWORD '${password}'`)
  return password
}
