import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { deployMigrations, startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage, REPOSITORY } from '../src/pages.ts'
import { parsePage } from '../src/parse-page.ts'

// Below this workspace, so that the packages of the repository are found without an installation;
// what users get from npm is tested with tarballs elsewhere.
const generated = join(import.meta.dirname, '../generated')
const page = parsePage(readPage('getting-started.md').split('## In a repository')[0] ?? '')
const TABLE = 'CREATE TABLE "User" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL);\n'

let shop: string
let postgres: EmbeddedPostgres
let url: string

beforeAll(async () => {
  mkdirSync(generated, { recursive: true })
  shop = mkdtempSync(join(generated, 'shop-'))
  // What `npm init`, `npm pkg set` and `npm install` of the page leave.
  const dependencies = {
    '@oneprisma/client': '*',
    '@prisma/adapter-pg': '^7.10.1',
    '@prisma/client': '^7.10.0',
  }
  const manifest = { name: 'shop', version: '1.0.0', type: 'module', dependencies }
  writeFileSync(join(shop, 'package.json'), JSON.stringify(manifest))
  postgres = await startPostgres()
  url = await postgres.createDatabase('shop')
})
afterAll(async () => {
  await postgres?.stop()
  rmSync(shop, { recursive: true, force: true })
})

/** Runs a block of the page, and returns what is on stdout; but for what installs, and for Prisma's engine, which is a download. */
function paste(containing: string): { output: string; status: number | null } {
  const block = page.fences.find(
    ({ language, code }) => language === 'sh' && code.includes(containing),
  )
  const commands = (block?.code ?? 'exit 1 # no such block')
    .replaceAll(/^(?:npm|npx prisma migrate) .*\n|^mkdir shop .*\n/gm, '')
    .replaceAll('npx prisma generate', 'oneprisma-offline generate')
    .replaceAll(/^npx /gm, '')
  const path = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const { stdout, status } = spawnSync('bash', ['-e', '-c', commands], {
    cwd: shop,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, DATABASE_URL: url, NO_COLOR: '1' },
    timeout: 50_000,
  })
  return { output: stdout, status }
}

describe('docs/getting-started.md', () => {
  it('leads from an empty folder to the row that it prints', async () => {
    const printed = page.fences.find(({ language }) => language === 'text')?.code

    expect(paste('cat > prisma/schema.prisma')).toEqual({ output: '', status: 0 })
    expect(paste('npx oneprisma init')).toMatchObject({ status: 0 })
    expect(paste('cat > prisma/seed.ts')).toEqual({ output: '', status: 0 })
    await migrateFirst()
    const seed = paste('npx tsx prisma/seed.ts')

    expect(seed).toEqual({ output: printed, status: 0 })
  })

  it('shows the shared module that the tool writes', () => {
    const shown = page.fences.find(({ language }) => language === 'ts')?.code

    expect(readFileSync(join(shop, 'lib/prisma.ts'), 'utf8')).toBe(shown)
  })

  it('ends with two warnings of a server that was just installed, and no error', () => {
    const { output, status } = paste('npx oneprisma doctor --live')

    expect(output).toMatch(/^0 sites\n/)
    expect(output).toContain('0 errors, 2 warnings')
    expect(status).toBe(1)
  })
})

/** What `prisma migrate dev --name first` does: it writes the migration, and applies it. */
async function migrateFirst(): Promise<void> {
  const directory = join(shop, 'prisma/migrations')
  mkdirSync(join(directory, '20260101000000_first'), { recursive: true })
  writeFileSync(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n')
  writeFileSync(join(directory, '20260101000000_first/migration.sql'), TABLE)
  await deployMigrations({ url, directory })
}
