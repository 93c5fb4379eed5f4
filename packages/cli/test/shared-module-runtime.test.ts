import { analyzeModule, prismaExports } from '@oneprisma/sites'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseModule } from '../src/scan/parse-module.ts'
import { planSharedModule } from '../src/shared-module/plan-shared-module.ts'
import { recognizeSharedModule } from '../src/shared-module/recognize-shared-module.ts'
import { scriptTemplate } from '../src/shared-module/script-template.ts'
import { upgradeSharedModule } from '../src/shared-module/upgrade-shared-module.ts'
import { App } from './shared-module-app.ts'
import { projectOf } from './shared-module-project.ts'

let app: App
let postgres: EmbeddedPostgres
let url: string
let databases = 0

beforeAll(async () => {
  ;[app, postgres] = await Promise.all([App.create(), startPostgres()])
}, 120_000)
afterAll(async () => {
  app[Symbol.dispose]()
  await postgres.stop()
})
beforeEach(async () => {
  url = await postgres.createDatabase(`shared_module_${++databases}`)
})

// What is used twice, from two copies of the module, is one client with one pool.
const USE = `
async function use(prisma, copy, status) {
  const before = status(prisma).state
  await prisma.$executeRaw\`CREATE TABLE "Note" (id serial PRIMARY KEY, text text NOT NULL)\`
  await prisma.note.create({ data: { text: 'one' } })
  await copy.note.create({ data: { text: 'two' } })
  const [{ connections }] = await copy.$queryRaw\`
    SELECT count(*)::int AS connections FROM pg_stat_activity WHERE datname = current_database()\`
  console.log(JSON.stringify({
    handles: new Set([prisma, copy]).size,
    before,
    notes: await prisma.note.count(),
    connections,
    generation: status(copy).generation,
    pool: status(copy).pool?.total,
  }))
  await prisma.$disconnect()
}
`
const USED_ONCE = { handles: 2, before: 'idle', notes: 2, connections: 1, generation: 1, pool: 1 }

function upgraded(path: string, text: string): string {
  const parsed = parseModule(path, text)
  if (!parsed.ok) throw new Error(parsed.message)
  const analysis = analyzeModule(parsed.module, (specifier) =>
    specifier.includes('generated') ? prismaExports('generated', false) : undefined,
  )
  const shape = recognizeSharedModule(analysis)
  if (shape === undefined) throw new Error('It is not recognised.')
  return upgradeSharedModule(parsed.module, shape, projectOf({})).text
}

describe('planSharedModule', () => {
  it('writes TypeScript that type-checks, shares one client, and serves a script', () => {
    const { target, text } = planSharedModule(projectOf({ generator: {} }), '', {
      importers: ['pages/index.tsx'],
      exists: () => false,
    })
    app.write(target.path, text)
    const script = scriptTemplate(target, '../lib/prisma', 'esm')
    app.write('scripts/example.ts', script)
    app.write(
      'scripts/types.ts',
      `import prisma, { prisma as named } from '../lib/prisma'
export const text: Promise<string> = named.note.findFirstOrThrow().then((note) => note.text)
// @ts-expect-error There is no such model.
void prisma.nothing
`,
    )

    const used = app.run(
      'use.ts',
      `// @ts-nocheck
import { status } from '@oneprisma/client'
import { prisma as named } from './lib/prisma'
${USE}
delete require.cache[require.resolve('./lib/prisma.ts')]
void use(named, require('./lib/prisma.ts').default, status)
`,
      url,
    )

    expect(app.typeErrors()).toBe('')
    expect(JSON.parse(used)).toEqual(USED_ONCE)
    expect(app.run('scripts/example.ts', script, url)).toBe('[ { one: 1 } ]\n')
  })

  it('writes CommonJS that is the client, whichever way it is loaded', () => {
    const { target, text } = planSharedModule(
      projectOf({
        package: { usesTypeScript: false },
        generator: { provider: 'prisma-client-js', output: 'generated/javascript' },
        runners: { 'server.js': 'node' },
      }),
      '',
      { importers: ['server.js'], exists: () => false },
    )
    app.write(target.path, text)

    const required = app.run(
      'server.js',
      `const { status } = require('@oneprisma/client')
const prisma = require('./lib/prisma')
const { prisma: named } = require('./lib/prisma')
if (named !== prisma || prisma.default !== prisma) throw new Error('These are two.')
delete require.cache[require.resolve('./lib/prisma')]
${USE}
void use(prisma, require('./lib/prisma'), status)
`,
      url,
    )
    const imported = app.run(
      'imported.mjs',
      `import prisma, { prisma as named } from './lib/prisma.js'
console.log(JSON.stringify([named === prisma, await named.note.count()]))
await prisma.$disconnect()
`,
      url,
    )

    expect(JSON.parse(required)).toEqual(USED_ONCE)
    expect(imported).toBe('[true,2]\n')
  })
})

describe('upgradeSharedModule', () => {
  it('makes a copied pattern type-check and share one client', () => {
    app.write(
      'lib/upgraded.ts',
      upgraded(
        'lib/upgraded.ts',
        `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const createClient = () => {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
  return new PrismaClient({ adapter, log: [{ level: 'query', emit: 'event' }] })
}

const globalForPrisma = globalThis as unknown as { db?: ReturnType<typeof createClient> }

export const db = globalForPrisma.db ?? createClient()

let queries = 0
db.$on('query', () => {
  queries++
})
export const countQueries = () => queries

if (process.env.NODE_ENV !== 'production') globalForPrisma.db = db
`,
      ),
    )

    const used = app.run(
      'use-upgraded.ts',
      `// @ts-nocheck
import { status } from '@oneprisma/client'
import { db, countQueries } from './lib/upgraded'
${USE}
delete require.cache[require.resolve('./lib/upgraded.ts')]
void use(db, require('./lib/upgraded.ts').db, status).then(() => {
  if (countQueries() === 0) throw new Error('Nobody listens.')
})
`,
      url,
    )

    expect(app.typeErrors()).toBe('')
    expect(JSON.parse(used)).toEqual(USED_ONCE)
  })

  it('keeps what a module at the top of which everything is built exports', () => {
    app.write(
      'lib/plain.js',
      upgraded(
        'lib/plain.js',
        `const { Pool } = require('pg')
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated/javascript')

let prisma
const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const adapter = new PrismaPg(pool, { disposeExternalPool: true })

if (process.env.NODE_ENV === 'production') {
  prisma = new PrismaClient({ adapter })
} else {
  if (!global.prisma) global.prisma = new PrismaClient({ adapter })
  prisma = global.prisma
}

module.exports = { prisma, db: prisma }
`,
      ),
    )

    const used = app.run(
      'use-plain.js',
      `const { status } = require('@oneprisma/client')
const { prisma } = require('./lib/plain')
delete require.cache[require.resolve('./lib/plain')]
${USE}
void use(prisma, require('./lib/plain').db, status)
`,
      url,
    )

    expect(JSON.parse(used)).toEqual(USED_ONCE)
  })
})
