import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const COMMAND = fileURLToPath(new URL('../bin/oneprisma-offline.mjs', import.meta.url))
const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))

let app: TemporaryFolder
let postgres: EmbeddedPostgres

beforeAll(async () => {
  app = new TemporaryFolder()
  symlinkSync(MODULES, join(app.path, 'node_modules'))
  for (const [name, sql] of [
    ['1_users', 'CREATE TABLE "User" ("id" TEXT PRIMARY KEY);'],
    ['2_orders', 'CREATE TABLE "Order" ("id" TEXT PRIMARY KEY);'],
  ] as const) {
    mkdirSync(join(app.path, 'prisma', 'migrations', name), { recursive: true })
    writeFileSync(join(app.path, 'prisma', 'migrations', name, 'migration.sql'), sql)
  }
  postgres = await startPostgres()
})
afterAll(async () => {
  await postgres.stop()
  app[Symbol.dispose]()
})

describe('oneprisma-offline migrate', () => {
  it('prints the names of what it applied, one a line, and nothing the second time', async () => {
    const DATABASE_URL = await postgres.createDatabase('by_command')

    const first = await run(['migrate'], { DATABASE_URL })
    const second = await run(['migrate'], { DATABASE_URL })

    expect(first).toMatchObject({ code: 0, stdout: '1_users\n2_orders\n' })
    expect(second).toMatchObject({ code: 0, stdout: '' })
  })

  it('ends with code 2 and a remedy where DATABASE_URL is not set', async () => {
    const { code, stderr } = await run(['migrate'], { DATABASE_URL: '' })

    expect(code).toBe(2)
    expect(stderr).toContain('Set it to the database')
  })

  it('ends with code 2 and the code of the error where it fails', async () => {
    const { code, stderr } = await run(['migrate', '--directory', 'nowhere'], {
      DATABASE_URL: postgres.url,
    })

    expect(code).toBe(2)
    expect(stderr).toMatch(/^MIGRATIONS_MISSING: There is no migration in nowhere/)
  })
})

describe('oneprisma-offline generate', () => {
  it('runs the Prisma of the folder that it is called in, with the arguments that follow', async () => {
    const schema = fileURLToPath(new URL('./fixtures/schema.prisma', import.meta.url))
    copyFileSync(schema, join(app.path, 'some.prisma'))

    const { code } = await run(['generate', '--schema', 'some.prisma'], {})

    expect(code).toBe(0)
    expect(app.names).toContain('generated')
  })
})

describe('oneprisma-offline', () => {
  it('explains itself with code 2 where it does not know the command', async () => {
    const { code, stderr } = await run(['deploy'], {})

    expect(code).toBe(2)
    expect(stderr).toContain('Usage: oneprisma-offline')
  })
})

async function run(
  args: readonly string[],
  variables: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: app.path,
    env: { ...process.env, ...variables },
    timeout: 60_000,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
