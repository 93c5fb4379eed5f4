import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClientRegistryOf } from '../src/client-registry.ts'
import { rollBackTests } from '../src/roll-back-tests.ts'
import { loadPrisma } from './app-client.ts'
import { TemporaryFolder } from './temporary-folder.ts'

let folder: TemporaryFolder

beforeEach(() => {
  folder = new TemporaryFolder()
  vi.stubEnv('SQLITE_URL', `file:${join(folder.path, 'test.db')}`)
})
afterEach(async () => {
  await new ClientRegistryOf(globalThis).closeAll(5_000)
  vi.unstubAllEnvs()
  folder[Symbol.dispose]()
})

describe('rollBackTests', () => {
  it.each([
    ['SQLite', 'sqlite.js', 'INTEGER PRIMARY KEY AUTOINCREMENT'],
    ['PGlite', 'pglite.js', 'SERIAL PRIMARY KEY'],
  ])('rolls back on %s as it does on Postgres', async (_database, module, id) => {
    const tests = rollBackTests()
    const prisma = loadPrisma(module)
    await prisma.$executeRawUnsafe(`CREATE TABLE "User" ("id" ${id}, "email" TEXT UNIQUE NOT NULL)`)
    const data = { email: 'a@example.com' }
    for (const _ of ['first', 'second']) {
      await tests.beginTest()
      await prisma.$transaction(async (tx) => {
        await tx.user.create({ data })
      })
      await expect(prisma.user.create({ data })).rejects.toMatchObject({ code: 'P2002' })
      await expect(
        prisma.$transaction([
          prisma.user.create({ data: { email: 'b' } }),
          prisma.user.create({ data }),
        ]),
      ).rejects.toMatchObject({ code: 'P2002' })
      expect(await prisma.user.count()).toBe(1)
      await tests.endTest()
    }

    expect(await prisma.user.count()).toBe(0)
    await tests.close()
    // The table was made in the transaction of the file.
    await expect(prisma.user.count()).rejects.toThrow('User')
  })

  it('refuses a wait that is none', () => {
    expect(() => rollBackTests({ transactionWaitMs: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})
