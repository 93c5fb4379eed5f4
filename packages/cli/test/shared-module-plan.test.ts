import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import type { Generator, Package } from '../src/project/project.ts'
import { parseModule } from '../src/scan/parse-module.ts'
import { CLIENT_RANGE } from '../src/shared-module/dependencies.ts'
import {
  planSharedModule,
  type SharedModuleNeed,
  type SharedModulePlan,
} from '../src/shared-module/plan-shared-module.ts'
import clientManifest from '../../client/package.json' with { type: 'json' }
import { projectOf, type ProjectFacts } from './shared-module-project.ts'

const PAGE = 'pages/index.tsx'

const REPOSITORY = {
  'package.json': JSON.stringify({
    dependencies: { next: '^16.0.0', '@prisma/client': '^7.0.0', '@prisma/adapter-pg': '^7.0.0' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      paths: { '@/*': ['./src/*'] },
    },
  }),
  'prisma/schema.prisma': `generator client {
  provider = "prisma-client"
  output   = "../src/generated/prisma"
}

datasource db {
  provider = "postgresql"
  url      = env("POSTGRES_URL")
}
`,
  'src/lib/prisma.ts': 'export type Where = string\n',
  'src/pages/api/users.ts': 'export default function handler() {}\n',
}

function plan(facts: ProjectFacts, need: Partial<SharedModuleNeed> = {}): SharedModulePlan {
  const whole = { importers: [PAGE], exists: () => false, ...need }
  return planSharedModule(projectOf({ generator: {}, ...facts }), '', whole)
}

function there(...paths: string[]): (path: string) => boolean {
  return (path) => paths.includes(path)
}

const javaScript: Partial<Package> = { usesTypeScript: false }
const prisma6: Partial<Package> = {
  prismaMajor: 6,
  dependencies: { '@prisma/client': '^6.19.0' },
}

function withAdapter(name: string, major = 7): Partial<Package> {
  return {
    prismaMajor: major,
    dependencies: {
      '@prisma/client': `^${major}.16.0`,
      [`@prisma/adapter-${name}`]: `^${major}.16.0`,
    },
  }
}

function on(provider: string): Partial<Generator> {
  return { datasource: { provider, urlVariable: 'DB_URL' } }
}

describe('planSharedModule', () => {
  it('writes a lazy client with a bounded pool for PostgreSQL on Prisma 7', () => {
    const { text, target } = plan({})

    expect(target).toMatchObject({ path: 'lib/prisma.ts', isLazy: true, exists: false })
    expect(text).toMatchInlineSnapshot(`
      "import { sharePrisma } from '@oneprisma/client'
      import { pgPool } from '@oneprisma/client/pg'
      import { PrismaPg } from '@prisma/adapter-pg'
      import { PrismaClient } from '../generated/prisma/client'

      export const prisma = sharePrisma(({ observe }) => {
        const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
        return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
      })
      export default prisma
      "
    `)
  })

  it('exports the client three ways from CommonJS', () => {
    const { text } = plan(
      {
        package: { ...javaScript, ...prisma6 },
        generator: { provider: 'prisma-client-js', output: undefined },
        runners: { 'app.js': 'node' },
      },
      { importers: ['app.js'] },
    )

    expect(text).toMatchInlineSnapshot(`
      "const { sharePrisma } = require('@oneprisma/client')
      const { PrismaClient } = require('@prisma/client')

      const prisma = sharePrisma(() => new PrismaClient())

      // Whether it is required, destructured or imported as default: it is the client.
      module.exports = prisma
      module.exports.prisma = prisma
      module.exports.default = prisma
      "
    `)
  })

  it.each<[place: string, facts: ProjectFacts, need: Partial<SharedModuleNeed>, path: string]>([
    [
      'where the alias points',
      { aliases: { '@/': 'src/' } },
      { exists: there('src') },
      'src/lib/prisma.ts',
    ],
    [
      'at the root, where the alias points',
      { aliases: { '@/': '' } },
      { exists: there('src') },
      'lib/prisma.ts',
    ],
    [
      'in the first folder of an alias with two',
      { aliases: { '@/': 'src/', '~/': '' } },
      { exists: there('src') },
      'src/lib/prisma.ts',
    ],
    ['in src without an alias', {}, { exists: there('src') }, 'src/lib/prisma.ts'],
    ['beside a path that is taken', {}, { exists: there('lib/prisma.ts') }, 'lib/shared-prisma.ts'],
    [
      'beside a folder of the same name',
      {},
      { exists: there('lib/prisma') },
      'lib/shared-prisma.ts',
    ],
    [
      'beside a module of another extension',
      {},
      { exists: there('lib/prisma.js') },
      'lib/shared-prisma.ts',
    ],
    [
      'with a number where all names are taken',
      {},
      { exists: there('lib/prisma.ts', 'lib/shared-prisma.ts', 'lib/shared-prisma-client.ts') },
      'lib/prisma-2.ts',
    ],
    [
      'out of the reach of the browser, in Remix',
      { package: { framework: 'remix' } },
      {},
      'app/lib/prisma.server.ts',
    ],
    [
      'out of the reach of the browser, in SvelteKit',
      { package: { framework: 'sveltekit' } },
      {},
      'src/lib/server/prisma.ts',
    ],
  ])('puts the module %s', (_, facts, need, path) => {
    expect(plan(facts, need).target.path).toBe(path)
  })

  it('goes by the aliases of a repository as it lies on disk', async () => {
    const root = mkdtempSync(join(tmpdir(), 'oneprisma-place-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    for (const [path, text] of Object.entries(REPOSITORY)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const project = readProject(root, await listFiles(root))

    const { target, text } = planSharedModule(project, '', {
      importers: ['src/pages/api/users.ts'],
      exists: (path) => existsSync(join(root, path)),
    })

    expect(target.path).toBe('src/lib/shared-prisma.ts')
    expect(project.aliasesTo(target.path, 'src/pages/api/users.ts')[0]).toBe('@/lib/shared-prisma')
    expect(text).toContain(`import { PrismaClient } from '../generated/prisma/client'`)
    expect(text).toContain('pgPool(process.env.POSTGRES_URL)')
  })

  it('puts the module into its package', () => {
    const facts = {
      package: { folder: 'packages/db' },
      generator: { output: 'packages/db/generated' },
    }

    const planned = planSharedModule(projectOf(facts), 'packages/db', {
      importers: ['packages/db/src/users.ts'],
      exists: there('packages/db/src'),
    })

    expect(planned.target.path).toBe('packages/db/src/lib/prisma.ts')
    expect(planned.text).toContain(`from '../../generated/client'`)
  })

  it.each<[name: string, own: Partial<Package>, importers: string[], path: string, format: string]>(
    [
      ['JavaScript that is bundled', javaScript, ['pages/index.js'], 'lib/prisma.js', 'esm'],
      ['JavaScript that Node requires', javaScript, ['server.js'], 'lib/prisma.js', 'cjs'],
      [
        'a .cjs script beside bundled code',
        javaScript,
        ['pages/index.js', 'seed.cjs'],
        'lib/prisma.js',
        'cjs',
      ],
      [
        'a .mjs script beside bundled code',
        javaScript,
        ['pages/index.js', 'seed.mjs'],
        'lib/prisma.mjs',
        'esm',
      ],
      ['scripts of both kinds', javaScript, ['seed.cjs', 'seed.mjs'], 'lib/prisma.js', 'cjs'],
      [
        'ES modules by "type"',
        { ...javaScript, type: 'module' },
        ['server.js'],
        'lib/prisma.js',
        'esm',
      ],
      [
        'a TypeScript package in which only JavaScript uses it',
        {},
        ['server.js'],
        'lib/prisma.js',
        'cjs',
      ],
      ['TypeScript', {}, [PAGE, 'seed.mjs'], 'lib/prisma.ts', 'esm'],
      [
        'an Express app that nothing is known of',
        { ...javaScript, framework: 'express' },
        [],
        'lib/prisma.js',
        'cjs',
      ],
    ],
  )('fits %s', (_, own, importers, path, format) => {
    const runners = { 'server.js': 'node', 'seed.cjs': 'node', 'seed.mjs': 'node' } as const

    const { target, text } = plan({ package: own, runners }, { importers })

    expect(target).toMatchObject({ path, format })
    expect(text.includes('module.exports = prisma')).toBe(format === 'cjs')
    expect(parseModule(path, text).ok).toBe(true)
  })

  it.each<[name: string, facts: ProjectFacts, specifier: string]>([
    ['a bundler', {}, '../generated/prisma/client'],
    ['nodenext', nodeNext(false), '../generated/prisma/client.js'],
    ['nodenext with TypeScript endings', nodeNext(true), '../generated/prisma/client.ts'],
    [
      'JavaScript that Node runs',
      { package: { ...javaScript, type: 'module' }, runners: { [PAGE]: 'node', 'a.js': 'node' } },
      '../generated/prisma/client.ts',
    ],
    [
      'prisma-client-js',
      { generator: { provider: 'prisma-client-js', output: undefined } },
      '@prisma/client',
    ],
    [
      'prisma-client-js with its usual output',
      { generator: { provider: 'prisma-client-js', output: 'node_modules/.prisma/client' } },
      '@prisma/client',
    ],
    [
      'prisma-client-js with an output of its own',
      { generator: { provider: 'prisma-client-js', output: 'src/db' } },
      '../src/db',
    ],
    [
      'prisma-client-js under nodenext',
      { ...nodeNext(false), generator: { provider: 'prisma-client-js', output: 'src/db' } },
      '../src/db/index.js',
    ],
    [
      'a client generated into a package',
      { generator: { provider: 'prisma-client-js', output: 'node_modules/@acme/db' } },
      '@acme/db',
    ],
  ])('imports the client for %s', (_, facts, specifier) => {
    const importers = facts.runners === undefined ? [PAGE] : ['a.js']

    expect(plan(facts, { importers }).text).toContain(
      `import { PrismaClient } from '${specifier}'\n`,
    )
  })

  it.each<
    [
      name: string,
      own: Partial<Package>,
      provider: string,
      creation: string,
      adapter: string | undefined,
    ]
  >([
    [
      'the engine of Prisma 6',
      prisma6,
      'postgresql',
      'sharePrisma(() => new PrismaClient())',
      undefined,
    ],
    [
      'pg on Prisma 6',
      withAdapter('pg', 6),
      'postgresql',
      'pgPool(process.env.DB_URL)',
      '@prisma/adapter-pg',
    ],
    [
      'CockroachDB',
      {},
      'cockroachdb',
      'observe(new PrismaPg(config, options))',
      '@prisma/adapter-pg',
    ],
    [
      'Neon',
      withAdapter('neon'),
      'postgresql',
      'observe(new PrismaNeon({ connectionString: url }))',
      '@prisma/adapter-neon',
    ],
    ['MySQL', {}, 'mysql', 'observe(new PrismaMariaDb(url))', '@prisma/adapter-mariadb'],
    [
      'PlanetScale',
      withAdapter('planetscale'),
      'mysql',
      'observe(new PrismaPlanetScale({ url }))',
      '@prisma/adapter-planetscale',
    ],
    [
      'SQLite',
      {},
      'sqlite',
      'observe(new PrismaBetterSqlite3({ url }))',
      '@prisma/adapter-better-sqlite3',
    ],
    [
      'SQLite on Prisma 6',
      withAdapter('better-sqlite3', 6),
      'sqlite',
      'observe(new PrismaBetterSQLite3({ url }))',
      '@prisma/adapter-better-sqlite3',
    ],
    [
      'libSQL',
      withAdapter('libsql'),
      'sqlite',
      'observe(new PrismaLibSql({ url, authToken: process.env.TURSO_AUTH_TOKEN }))',
      '@prisma/adapter-libsql',
    ],
    [
      'libSQL on Prisma 6',
      withAdapter('libsql', 6),
      'sqlite',
      'new PrismaLibSQL(',
      '@prisma/adapter-libsql',
    ],
    ['SQL Server', {}, 'sqlserver', 'observe(new PrismaMssql(url))', '@prisma/adapter-mssql'],
  ])('connects by %s', (_, own, provider, creation, adapter) => {
    const planned = plan({ package: own, generator: on(provider) })

    expect(planned.text.replaceAll(/\s+/g, ' ')).toContain(creation)
    expect(Object.keys(planned.dependencies)).toEqual(
      ['@oneprisma/client', '@prisma/client', adapter].filter((name) => name !== undefined),
    )
    expect(parseModule('prisma.ts', planned.text).ok).toBe(true)
  })

  it.each<[moduleResolution: string | undefined, module: string, usesPgPool: boolean]>([
    ['node', 'esnext', false],
    ['Node10', 'commonjs', false],
    [undefined, 'CommonJS', false],
    ['bundler', 'esnext', true],
    ['node16', 'node16', true],
    [undefined, 'esnext', true],
  ])(
    'imports no subpath that TypeScript does not see (%s, %s)',
    (moduleResolution, module, usesPgPool) => {
      const { compiler } = projectOf({}).packageOf('')
      const own = { compiler: { ...compiler, moduleResolution, module } }

      const { text, notes } = plan({ package: own })

      expect(text.includes('@oneprisma/client/pg')).toBe(usesPgPool)
      expect(text.includes('connectionTimeoutMillis: 10_000')).toBe(!usesPgPool)
      expect(notes.map(({ code }) => code)).toEqual(usesPgPool ? [] : ['SUBPATHS_HIDDEN'])
      expect(parseModule('prisma.ts', text).ok).toBe(true)
    },
  )

  it('keeps the ranges of package.json, and gives Prisma’s own to an adapter that is not there', () => {
    const { dependencies } = plan({ package: { dependencies: { '@prisma/client': '7.3.1' } } })

    expect(dependencies).toEqual({
      '@oneprisma/client': CLIENT_RANGE,
      '@prisma/client': '7.3.1',
      '@prisma/adapter-pg': '7.3.1',
    })
  })

  it('asks for the release of the runtime that it writes code for', () => {
    expect(CLIENT_RANGE).toBe(`^${clientManifest.version}`)
  })

  it('gives the client a name where a process has several', () => {
    expect(plan({}, { name: 'reports' }).text).toContain(`}, { name: 'reports' })\n`)
    expect(plan({ package: prisma6 }, { name: 'reports' }).text).toContain(
      `sharePrisma(() => new PrismaClient(), { name: 'reports' })\n`,
    )
  })

  it('carries options, extensions and what they import', () => {
    const carry = {
      options: [`log: ['error']`, 'transactionOptions: { timeout: 9_000 }'],
      extensions: ['withAccelerate()'],
      imports: [`import { withAccelerate } from '@prisma/extension-accelerate'`],
    }

    const { text } = plan({}, { carry })

    expect(text).toContain(carry.imports[0])
    expect(text).toContain(`  return new PrismaClient({
    adapter: observe(new PrismaPg(config, options)),
    log: ['error'],
    transactionOptions: { ...transactionOptions, timeout: 9_000 },
  }).$extends(withAccelerate())
`)
    expect(parseModule('prisma.ts', text).ok).toBe(true)
  })

  it('leaves the adapter to the options that bring one', () => {
    const carry = { options: ['adapter: makeAdapter()'] }

    const { text } = plan({}, { carry })

    expect(text).toContain('sharePrisma(() => new PrismaClient({ adapter: makeAdapter() }))')
    expect(text).not.toContain('PrismaPg')
  })

  it.each<[name: string, facts: ProjectFacts, importers: string[], code: string | undefined]>([
    ['nothing of a Prisma that fits', {}, [PAGE], undefined],
    ['Prisma 5', version('^5.22.0', 5), [PAGE], 'PRISMA_TOO_OLD'],
    ['a range that takes Prisma 6.3', version('~6.3.0', 6), [PAGE], 'PRISMA_TOO_OLD'],
    ['Prisma 6.16', { ...version('^6.16.0', 6) }, [PAGE], undefined],
    ['MongoDB on Prisma 7', { generator: on('mongodb') }, [PAGE], 'MONGODB_NEEDS_PRISMA_6'],
    ['a provider that it does not know', { generator: on('oracle') }, [PAGE], 'ADAPTER_UNKNOWN'],
    ['Neon', { package: withAdapter('neon') }, [PAGE], 'NEON_WEBSOCKET'],
    [
      'an ES module in a CommonJS package',
      { generator: { moduleFormat: 'esm' }, runners: { 'a.ts': 'tsc' } },
      ['a.ts'],
      'GENERATED_ESM_IN_COMMONJS',
    ],
    [
      'TypeScript that plain Node would run',
      { package: { ...javaScript, type: 'module' }, runners: { 'a.js': 'node' } },
      ['a.js'],
      'GENERATED_TYPESCRIPT',
    ],
    [
      'a script that cannot import TypeScript',
      { runners: { 'seed.mjs': 'node' } },
      [PAGE, 'seed.mjs'],
      'PLAIN_NODE_IMPORTS_TYPESCRIPT',
    ],
  ])('notes %s', (_, facts, importers, code) => {
    const { notes } = plan(facts, { importers })

    expect(notes.map((note) => note.code)).toEqual(code === undefined ? [] : [code])
  })
})

function nodeNext(allowImportingTsExtensions: boolean): ProjectFacts {
  const { compiler } = projectOf({}).packageOf('')
  return {
    package: {
      compiler: {
        ...compiler,
        module: 'nodenext',
        moduleResolution: undefined,
        allowImportingTsExtensions,
      },
    },
  }
}

function version(range: string, prismaMajor: number): ProjectFacts {
  return { package: { prismaMajor, dependencies: { '@prisma/client': range } } }
}
