import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { app } from './app-client.ts'
import { query } from './query.ts'
import { processesWith } from './running.ts'
import { TemporaryFolder } from './temporary-folder.ts'

interface Run {
  readonly code: number | null
  readonly output: string
}

const RUN_TIMEOUT_MS = 50_000
const FILES = 3
const COMMAND = fileURLToPath(new URL('../bin/oneprisma-node-test.mjs', import.meta.url))
const VITEST = ['node_modules/vitest/vitest.mjs', 'run']
const JEST = ['node_modules/jest/bin/jest.js']
const JEST_ESM = ['--experimental-vm-modules', '--no-warnings', ...JEST]
const NODE = [COMMAND, './node/setup.mjs', 'node/']

// The first one is under way until the second one has ended.
const AT_ONCE = `
import { afterEach, expect, test } from 'vitest'
import { prisma } from '../lib/prisma.mjs'
let end
const ended = new Promise((resolve) => (end = resolve))
afterEach(({ task }) => {
  if (task.name === 'second') end()
})
test.concurrent('first', async () => {
  await prisma.user.create({ data: { email: 'same@example.com' } })
  await ended
  if ((await prisma.user.count()) !== 2) throw new Error('It was undone too early.')
})
test.concurrent('second', () => {})
test('third', async () => expect(await prisma.user.count()).toBe(1))
`

let postgres: EmbeddedPostgres
let folder: TemporaryFolder

beforeAll(async () => {
  postgres = await startPostgres()
  folder = new TemporaryFolder()
  cpSync(app, folder.path, { recursive: true, verbatimSymlinks: true })
})
afterAll(async () => {
  folder[Symbol.dispose]()
  await postgres.stop()
})

describe.each([
  ['Vitest in processes', VITEST, {}],
  ['Vitest in threads', VITEST, { POOL: 'threads' }],
  ['Vitest in workers that are used again', VITEST, { ISOLATE: 'no' }],
  ['Jest', JEST, {}],
  ['Jest with ES modules', JEST_ESM, { MODULES: 'esm' }],
  ['node:test', NODE, {}],
])('%s', (_name, args, env) => {
  it('gives each file a database of its own on an embedded server', async () => {
    const { code, output } = await run(args, env)

    expect({ code, output }).toMatchObject({ code: 0 })
    expect(passed(output)).toBe(3 * FILES)
    expect(processesWith(`${folder.path}/oneprisma-postgres`)).toEqual([])
  })

  it('rolls tests back on the server of DATABASE_URL, and leaves nothing there', async () => {
    const there = { ...env, ISOLATION: 'transaction', DATABASE_URL: postgres.url }

    const { code, output } = await run(args, there)

    expect({ code, output }).toMatchObject({ code: 0 })
    expect(passed(output)).toBe(3 * FILES)
    expect(await databases()).toEqual([])
  })

  it('keeps the databases of failed files, and says so', async () => {
    const { code, output } = await run(args, { ...env, FAILS: 'yes', DATABASE_URL: postgres.url })

    const kept = await databases()
    expect({ code, output }).toMatchObject({ code: 1 })
    expect(kept).toHaveLength(FILES)
    for (const name of kept) expect(output).toContain(`kept until the next run: ${name}`)
    expect(output).toMatch(/The database of \S*[abc]\.test\.m?js is kept/)
    for (const name of kept) await query(postgres.url, `DROP DATABASE "${name}"`)
  })
})

describe('Vitest', () => {
  it('refuses tests that run at once where they are rolled back, and undoes the first', async () => {
    const file = join(folder.path, 'vitest/at-once.test.mjs')
    writeFileSync(file, AT_ONCE)

    const { code, output } = await run([...VITEST, 'at-once'], { ISOLATION: 'transaction' })

    rmSync(file)
    expect({ code, output }).toMatchObject({ code: 1 })
    expect(output).toContain('Two tests of one file run at once')
    expect(output).toMatch(/Tests\s+1 failed \| 2 passed/)
  })
})

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const child = spawn(process.execPath, args, {
    cwd: folder.path,
    // Nothing of the runner of these tests may reach the other one.
    env: { PATH: process.env['PATH'], TMPDIR: folder.path, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  await once(child, 'close')
  return { code: child.exitCode, output: output.join('') }
}

/** How many tests have passed, as the three runners write it. */
function passed(output: string): number {
  const [, vitestOrJest, node] =
    /Tests:?\s+(?:\d+ \w+, )*?(\d+) passed|^# pass (\d+)/m.exec(output) ?? []
  return Number(vitestOrJest ?? node)
}

async function databases(): Promise<string[]> {
  const rows = await query(
    postgres.url,
    `SELECT datname FROM pg_database WHERE datname LIKE 'oneprisma%' ORDER BY 1`,
  )
  return rows.map((row) => String(Object.values(row as object)[0]))
}
