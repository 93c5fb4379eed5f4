import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deployMigrations, generatePrismaClient, startPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, succeed } from './run.ts'
import { sharedModuleOf, UserApp, type ModuleFormat } from './user-app.ts'

const FORMATS: readonly ModuleFormat[] = ['esm', 'cjs']
const app = new UserApp()
let postgres: Awaited<ReturnType<typeof startPostgres>>

beforeAll(async () => {
  ;[postgres] = await Promise.all([startPostgres({ maxConnections: 30 }), app.install()])
  await Promise.all(FORMATS.map((format) => generatePrismaClient({ cwd: app.folder(format) })))
})
afterAll(async () => {
  await postgres?.stop()
  app[Symbol.dispose]()
})

describe('the tarballs, installed in an app', () => {
  it('are shown by the README of the package as by that of the repository', () => {
    expect(sharedModuleOf('packages/client/README.md')).toBe(sharedModuleOf('README.md'))
  })

  it.each([
    { format: 'esm', resolver: 'a bundler' },
    { format: 'cjs', resolver: 'Node.js' },
  ] as const)(
    'share one typed client of a real database, as $format that $resolver resolves',
    async ({ format }) => {
      const cwd = app.folder(format)
      const url = await postgres.createDatabase(`items_${format}`)
      await deployMigrations({ url, directory: join(cwd, 'prisma/migrations') })

      const output = await compileAndStart(format, url)

      expect(JSON.parse(output)).toEqual({
        before: 'idle',
        labels: ['first'],
        counted: 1,
        missing: 'undefined',
        refused: 'string',
        state: 'open',
        generation: 1,
        connections: 1,
        drained: true,
      })
    },
  )

  it('have declarations that a compiler takes which checks them, too', async () => {
    const cwd = app.folder('cjs')
    const lines = [...subpaths(), '@oneprisma/testing'].map(
      (name, index) => `export * as m${index} from '${name}'`,
    )
    writeFileSync(join(cwd, 'subpaths.ts'), lines.join('\n'))

    const { code, stdout } = await run(
      process.execPath,
      'node_modules/typescript/bin/tsc --noEmit --strict --target es2022 --module node16 --types node subpaths.ts'.split(
        ' ',
      ),
      { cwd },
    )

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  it('load by every subpath, imported and required', async () => {
    const cwd = app.folder('esm')
    const specifiers = subpaths()

    const output = await succeed(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { createRequire } from 'node:module'
        const require = createRequire(process.cwd() + '/noop.js')
        const differing = []
        for (const name of ${JSON.stringify(specifiers)}) {
          const imported = Object.keys(await import(name)).filter((key) => key !== 'default')
          const required = Object.keys(require(name))
          if (imported.sort().join() !== required.sort().join() || imported.length === 0) differing.push(name)
        }
        console.log(JSON.stringify(differing))`,
      ],
      { cwd },
    )

    expect(JSON.parse(output)).toEqual([])
    expect(specifiers.length).toBeGreaterThan(10)
  })

  it('give each test file a database of its own', async () => {
    const output = await succeed('npx', ['--no-install', 'vitest', 'run', '--reporter', 'json'], {
      cwd: app.folder('esm'),
    })

    expect(JSON.parse(output)).toMatchObject({ success: true, numPassedTests: 2 })
  })

  it('list by `npx oneprisma inventory` the shared client, and the one that is scattered', async () => {
    const output = await succeed('npx', ['--no-install', 'oneprisma', 'inventory', '--json'], {
      cwd: app.folder('esm'),
    })

    const { sites } = JSON.parse(output) as { sites: { path: string; reason: string }[] }
    expect(sites.map(({ path, reason }) => ({ path, reason }))).toEqual([
      { path: 'lib/prisma.ts', reason: 'ALREADY_SHARED' },
      { path: 'scattered/route.js', reason: 'LOCAL_CLIENT' },
    ])
  })

  it('find by `npx oneprisma doctor` what is wrong with that one, and nothing else', async () => {
    const { code, stdout } = await run('npx', ['--no-install', 'oneprisma', 'doctor', '--json'], {
      cwd: app.folder('esm'),
    })

    const { findings } = JSON.parse(stdout) as { findings: { code: string; path: string }[] }
    expect(code).toBe(1)
    expect(findings.map((finding) => `${finding.code} ${finding.path}`)).toEqual([
      'ADAPTER_MISSING scattered/route.js',
    ])
  })

  it('have ESLint report a client that is made per request', async () => {
    const { code, stdout } = await run(
      'npx',
      ['--no-install', 'eslint', '--format', 'json', 'scattered'],
      { cwd: app.folder('esm') },
    )

    const [file] = JSON.parse(stdout) as { messages: { ruleId: string }[] }[]
    expect(code).toBe(1)
    expect(file?.messages.map(({ ruleId }) => ruleId)).toEqual(['@oneprisma/no-client-per-request'])
  })
})

/** What a user imports from the runtime. */
function subpaths(): readonly string[] {
  const manifest = join(app.folder('esm'), 'node_modules/@oneprisma/client/package.json')
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: object }
  return Object.keys(exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => `@oneprisma/client${path.slice(1)}`)
}

/** Has the compiler check the app, which for CommonJS also makes its programs, and runs it. */
async function compileAndStart(format: ModuleFormat, url: string): Promise<string> {
  const cwd = app.folder(format)
  await succeed(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd })
  const program = format === 'esm' ? ['--import', 'tsx', 'main.ts'] : ['dist/main.js']
  return succeed(process.execPath, program, {
    cwd,
    env: { DATABASE_URL: url, NODE_ENV: 'production' },
  })
}
