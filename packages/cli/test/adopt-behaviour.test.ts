import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { generatePrismaClient, startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JAVASCRIPT_APP, TABLE, TYPESCRIPT_APP, type RunnableApp } from './adopt-apps.ts'
import { git, oneprisma, repository } from './cli-program.ts'

const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))
const TSX = pathToFileURL(join(MODULES, 'tsx/dist/loader.mjs')).href

let postgres: EmbeddedPostgres
let databases = 0

beforeAll(async () => {
  postgres = await startPostgres()
}, 120_000)
afterAll(() => postgres.stop())

describe.each<[name: string, app: RunnableApp]>([
  ['JavaScript, CommonJS and Express', JAVASCRIPT_APP],
  ['TypeScript and ES modules', TYPESCRIPT_APP],
])('adopt of an app in %s', (_, app) => {
  it('has it behave as before, with one client', { timeout: 180_000 }, async () => {
    const root = repository(app.tree)
    symlinkSync(MODULES, join(root, 'node_modules'))
    await generatePrismaClient({ cwd: root, schema: 'prisma/schema.prisma' })
    const before = await use(root, app)

    const { code, stderr } = oneprisma(root, [
      'adopt',
      '--yes',
      '--no-install',
      '--accept',
      'ADAPTER_OPTIONS',
    ])
    const after = await use(root, app)

    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(git(root, 'grep', '-l', '--untracked', 'new PrismaClient').trim()).toBe(app.shared)
    expect(before).toMatchObject({ seed: 0, failing: 1, server: 'SIGTERM', connections: 3 })
    expect(before.answers).toEqual([
      [200, [{ id: 1, name: 'Ada' }]],
      [201, { id: 2, name: 'Grace' }],
      [200, { users: 2 }],
      [404, { error: 'There is no such page.' }],
    ])
    expect(after).toEqual({ ...before, connections: 1 })
    expect(oneprisma(root, ['check'])).toMatchObject({ code: 0, stdout: '0 sites\n' })
    expect(app.isTyped ? typeErrors(root) : '').toBe('')
  })
})

interface Behaviour {
  /** Exit codes of scripts. */
  readonly seed: number | null
  readonly failing: number | null
  readonly answers: readonly unknown[]
  /** How many the server had open after its answers. */
  readonly connections: number
  readonly server: string | number
}

/** What an app does with a database of its own: its scripts, and its server under some requests. */
async function use(root: string, app: RunnableApp): Promise<Behaviour> {
  const url = await postgres.createDatabase(`adopted_${++databases}`)
  await query(url, TABLE)
  const seed = run(root, app.seed, url)
  const failing = run(root, app.failing, url)

  const child = spawn(process.execPath, [...loaderOf(app.server), app.server], {
    cwd: root,
    env: environment(url),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [port] = await once(createInterface(child.stdout), 'line')
    const answers = [
      await ask(port, 'GET', '/users'),
      await ask(port, 'POST', '/users'),
      await ask(port, 'GET', '/count'),
      await ask(port, 'GET', '/nothing'),
    ]
    const [row] = await query(
      url,
      `SELECT count(*)::int AS connections FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    const [code, signal] = await ended
    return {
      seed,
      failing,
      answers,
      connections: Number(row?.['connections']),
      server: signal ?? code,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

function run(root: string, path: string, url: string): number | null {
  const { status } = spawnSync(process.execPath, [...loaderOf(path), path], {
    cwd: root,
    env: environment(url),
    timeout: 60_000,
    stdio: 'ignore',
  })
  return status
}

async function ask(port: string, method: string, path: string): Promise<[number, unknown]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  return [response.status, await response.json()]
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const { Client } = (await import('pg')).default
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

function typeErrors(root: string): string {
  const tsc = join(MODULES, 'typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, '-p', root], { encoding: 'utf8' }).stdout
}

function loaderOf(path: string): readonly string[] {
  return path.endsWith('.ts') ? ['--import', TSX] : []
}

function environment(url: string): NodeJS.ProcessEnv {
  return { ...process.env, DATABASE_URL: url, NODE_OPTIONS: '' }
}
