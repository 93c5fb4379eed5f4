import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NestFactory } from '@nestjs/core'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readPage } from '../src/pages.ts'
import { PrismaModule, PrismaService } from './fixtures/nest/prisma.service.ts'

const service = join(import.meta.dirname, 'fixtures/nest/prisma.service.ts')

let postgres: EmbeddedPostgres

beforeAll(async () => {
  postgres = await startPostgres()
  vi.stubEnv('DATABASE_URL', await postgres.createDatabase('nest'))
})
afterAll(async () => {
  await postgres?.stop()
})

describe('the module for Nest', () => {
  it('is in the documentation as it is tested here', () => {
    expect(readPage('migrate/nestjs-prisma.md')).toContain(
      `\`\`\`ts\n${readFileSync(service, 'utf8').replace(/^\/\/ oxlint-.*\n/m, '')}\`\`\``,
    )
  })

  it('injects the shared client, and drains it when the application ends', async () => {
    const app = await NestFactory.createApplicationContext(PrismaModule, { logger: false })
    const prisma = app.get(PrismaService)
    const before = await prisma.$queryRaw`SELECT 1 AS one`

    await app.close()

    expect(before).toEqual([{ one: 1 }])
    await expect(prisma.$queryRaw`SELECT 1 AS one`).rejects.toMatchObject({ code: 'DRAINED' })
  })
})
