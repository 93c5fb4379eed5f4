import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NpmRegistry } from './npm-registry.ts'
import { PastedShell } from './pasted-shell.ts'
import { REPOSITORY } from './published-packages.ts'
import { TemporaryFolder } from './temporary-folder.ts'

// Every command is pasted as the page prints it, but for the address of the database. What a stranger
// has otherwise is around them: the registry has these packages already, and in place of Prisma's
// schema engine, which is a download, there is its WebAssembly build behind a program of this test.
const page = readFileSync(join(REPOSITORY, 'docs/getting-started.md'), 'utf8')
const [path = ''] = page.split('\n## In a repository')
const commands = fences('sh')
const last = commands.pop() ?? ''

const TIMEOUT_MS = 400_000

const temporary = new TemporaryFolder()
const registry = new NpmRegistry()
const folder = join(temporary.path, 'empty')
let postgres: EmbeddedPostgres
let url: string
let shell: PastedShell

beforeAll(async () => {
  const engine = join(temporary.path, 'schema-engine')
  writeFileSync(engine, engineProgram(), { mode: 0o755 })
  mkdirSync(folder)
  postgres = await startPostgres()
  url = await postgres.createDatabase('shop')
  await registry.start(temporary.path)
  shell = new PastedShell(folder, {
    npm_config_registry: registry.url,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    CHECKPOINT_DISABLE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
  })
})
afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await postgres?.stop()
  temporary[Symbol.dispose]()
})

describe('docs/getting-started.md, pasted in an empty folder', () => {
  it(
    'leads to the row that it prints',
    async () => {
      const printed = fences('text').join()
      let output = ''
      for (const code of commands.flatMap(installations)) output = await succeed(code)

      expect(output.slice(-printed.length)).toBe(printed)
    },
    TIMEOUT_MS,
  )

  it('shows the shared module that the tool writes', () => {
    const written = readFileSync(join(folder, 'shop/lib/prisma.ts'), 'utf8')

    expect(fences('ts')).toEqual([written])
  })

  it('names another command that runs the seed', async () => {
    expect(path).toContain('`npx prisma db seed`')

    expect(await succeed('npx prisma db seed')).toContain("{ id: 2, name: 'Ada' }")
  })

  it('ends with two warnings of a server that was just installed, and no error', async () => {
    const { code, stdout } = await shell.paste(last)

    expect(stdout).toMatch(/^0 sites\n/)
    expect(stdout).toContain('0 errors, 2 warnings')
    expect(code).toBe(1)
  })
})

/** The blocks of a language that a stranger reads, in order. */
function fences(language: string): string[] {
  const blocks = path.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))
  return [...blocks].map(([, code = '']) => code)
}

/** Has each installation pasted alone, so that each has its own time. */
function installations(code: string): string[] {
  return code.split(/^(?=npm install)/m)
}

/** Pastes commands that have to succeed; returns what they write to stdout. */
async function succeed(code: string): Promise<string> {
  // "Name yours", says the page.
  const named = code.replace(/(?<=^export DATABASE_URL=).*/m, () => `"${url}"`)
  const run = await shell.paste(named)
  expect(run.code, `${code}\n${run.stdout}${run.stderr}`).toBe(0)
  return run.stdout
}

/** Prisma's schema engine, as a program that needs no download. */
function engineProgram(): string {
  const [tsx, engine] = [import.meta.resolve('tsx'), import.meta.resolve('./schema-engine.ts')]
  return `#!/bin/sh
exec '${process.execPath}' --import '${tsx}' '${fileURLToPath(engine)}' "$@"
`
}
