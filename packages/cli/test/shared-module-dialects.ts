/** One way in which people keep one client, and what has to be in it afterwards. */
export interface Dialect {
  readonly name: string
  readonly path?: string
  readonly text: string
  /** What it exports, `default` included; the upgrade changes nothing about it. */
  readonly exports: readonly string[]
  /** Parts of the text that the upgrade keeps. */
  readonly keeps?: readonly string[]
  /** Parts that are gone after it. */
  readonly loses?: readonly string[]
}

/** The dialects in which shared modules are written in the wild, rewritten for these tests. */
export const DIALECTS: readonly Dialect[] = [
  {
    name: 'a client that is exported as it is made',
    text: `import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient()
`,
    exports: ['prisma'],
  },
  {
    name: 'an expression that is the default export',
    text: `import { PrismaClient } from '@prisma/client'
export default new PrismaClient({ log: ['warn'] })
`,
    exports: ['default'],
    keeps: [`{ log: ['warn'] }`],
  },
  {
    name: 'a global with a cast through unknown',
    text: `import { PrismaClient } from '@prisma/client'

const globalForPrisma = globalThis as unknown as {
  prisma: PrismaClient | undefined
}

export const prisma =
  globalForPrisma.prisma ??
  new PrismaClient({
    log: process.env.NODE_ENV === 'development' ? ['query', 'error'] : ['error'],
  })

if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma
`,
    exports: ['prisma'],
    keeps: [`log: process.env.NODE_ENV === 'development' ? ['query', 'error'] : ['error'],`],
    loses: ['globalForPrisma', 'unknown'],
  },
  {
    name: 'a global, with semicolons, double quotes and a default export',
    text: `import { PrismaClient } from "@prisma/client";

const g = global as unknown as { prisma?: PrismaClient };

// The one client of this app.
const prisma = g.prisma || new PrismaClient();

// Hot reloads would make another.
if (process.env.NODE_ENV !== "production") {
  g.prisma = prisma;
}

export default prisma;
`,
    exports: ['default'],
    keeps: ['// The one client of this app.', `from "@oneprisma/client";`],
    loses: ['Hot reloads', 'g.prisma'],
  },
  {
    name: 'a factory and a declared globalThis',
    text: `import { PrismaClient } from '@prisma/client'

const prismaClientSingleton = () => {
  return new PrismaClient({ errorFormat: 'minimal' })
}

declare const globalThis: {
  prismaGlobal: ReturnType<typeof prismaClientSingleton>
} & typeof global

const prisma = globalThis.prismaGlobal ?? prismaClientSingleton()

export default prisma

if (process.env.NODE_ENV !== 'production') globalThis.prismaGlobal = prisma
`,
    exports: ['default'],
    keeps: [
      `return new PrismaClient({ errorFormat: 'minimal' })`,
      'sharePrisma(() => prismaClientSingleton())',
    ],
    loses: ['prismaGlobal'],
  },
  {
    name: 'a factory with a type of its result',
    text: `import { PrismaClient } from '@prisma/client'

const makeClient = () => new PrismaClient()

type MadeClient = ReturnType<typeof makeClient>

const globalForPrisma = globalThis as unknown as { prisma: MadeClient | undefined }

const db = globalForPrisma.prisma ?? makeClient()

export { db as prisma, db as default }

if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = db
`,
    exports: ['prisma', 'default'],
    loses: ['MadeClient'],
  },
  {
    name: 'an if for each environment',
    path: 'lib/prisma.js',
    text: `const { PrismaClient } = require('@prisma/client');

let prisma;

if (process.env.NODE_ENV === 'production') {
  prisma = new PrismaClient();
} else {
  if (!global.prisma) {
    global.prisma = new PrismaClient();
  }
  prisma = global.prisma;
}

module.exports = prisma;
`,
    exports: ['default'],
    keeps: [`const { sharePrisma } = require('@oneprisma/client');`],
    loses: ['NODE_ENV', 'let prisma'],
  },
  {
    name: 'an if for each environment, with a declared variable and connecting on import',
    text: `import { PrismaClient } from '@prisma/client'

let prisma: PrismaClient

declare global {
  var __db: PrismaClient | undefined
}

// In development the client outlives the module.
if (process.env.NODE_ENV === 'production') {
  prisma = new PrismaClient()
} else {
  if (!global.__db) {
    global.__db = new PrismaClient()
  }
  prisma = global.__db
}
void prisma.$connect()

export { prisma }
`,
    exports: ['prisma'],
    keeps: ['const prisma: PrismaClient = sharePrisma(', 'void prisma.$connect()'],
    loses: ['__db', 'declare'],
  },
  {
    name: 'a global that is filled first and read afterwards',
    path: 'lib/prisma.js',
    text: `import { PrismaClient } from '@prisma/client'

if (!global.prisma) {
  global.prisma = new PrismaClient()
}

export const prisma = global.prisma
`,
    exports: ['prisma'],
  },
  {
    name: 'a global that is exported directly',
    path: 'lib/prisma.js',
    text: `const { PrismaClient } = require('@prisma/client')

if (!globalThis.prisma) globalThis.prisma = new PrismaClient({ log: ['error'] })

module.exports = globalThis.prisma
`,
    exports: ['default'],
    keeps: [`{ log: ['error'] }`],
  },
  {
    name: 'a declared global with a lint comment',
    text: `import { PrismaClient } from '@prisma/client'

declare global {
  // eslint-disable-next-line no-var
  var prisma: PrismaClient | undefined
}

export const prisma: PrismaClient = global.prisma ?? new PrismaClient({ log: ['warn'] })

if (process.env.NODE_ENV !== 'production') {
  global.prisma = prisma
}
`,
    exports: ['prisma'],
    keeps: ['export const prisma: PrismaClient = sharePrisma('],
    loses: ['declare', 'eslint-disable'],
  },
  {
    name: 'a declared global beside another',
    text: `import { PrismaClient } from '@prisma/client'

declare global {
  var prisma: PrismaClient | undefined
  var startedAt: number
}

export const prisma = (globalThis.prisma ??= new PrismaClient())
`,
    exports: ['prisma'],
    keeps: ['var startedAt: number', 'declare global {'],
    loses: ['var prisma', '??='],
  },
  {
    name: 'an interface of NodeJS.Global',
    text: `import { PrismaClient } from '@prisma/client'

interface CustomGlobal {
  prisma: PrismaClient
}
declare const global: CustomGlobal

const prisma = global.prisma || new PrismaClient()

if (process.env.NODE_ENV === 'development') global.prisma = prisma

export default prisma
`,
    exports: ['default'],
    loses: ['CustomGlobal'],
  },
  {
    name: 'singleton of a template',
    path: 'app/db.server.ts',
    text: `import { PrismaClient } from '@prisma/client'
import { singleton } from './singleton.server'

// Kept over reloads.
export const prisma = singleton('prisma', () => new PrismaClient({ log: ['query'] }))
`,
    exports: ['prisma'],
    keeps: ['// Kept over reloads.', `sharePrisma(() => new PrismaClient({ log: ['query'] }))`],
    loses: ['singleton'],
  },
  {
    name: 'remember with a body that listens',
    path: 'app/db.server.ts',
    text: `import { remember } from '@epic-web/remember'
import { PrismaClient } from '@prisma/client'

export const prisma = remember('prisma', () => {
  const client = new PrismaClient({ log: [{ level: 'query', emit: 'event' }] })
  client.$on('query', (event) => {
    if (event.duration > 30) console.info(event.duration)
  })
  return client
})
`,
    exports: ['prisma'],
    keeps: [`client.$on('query', (event) => {`, `log: [{ level: 'query', emit: 'event' }]`],
    loses: ['remember'],
  },
  {
    name: 'an extension at the end',
    text: `import { PrismaClient } from '@prisma/client'
import { withAccelerate } from '@prisma/extension-accelerate'

const globalForPrisma = global as unknown as { prisma: ReturnType<typeof create> }

function create() {
  return new PrismaClient().$extends(withAccelerate())
}

export const prisma = globalForPrisma.prisma || create()

if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma
`,
    exports: ['prisma'],
    keeps: ['new PrismaClient().$extends(withAccelerate())'],
  },
  {
    name: 'a base client and an extended one',
    text: `import { PrismaClient } from '@prisma/client'

const base = new PrismaClient({ omit: { user: { password: true } } })

export const prisma = base.$extends({
  query: { user: { $allOperations: ({ args, query }) => query(args) } },
})
`,
    exports: ['prisma'],
    keeps: ['omit: { user: { password: true } }', 'base.$extends({'],
  },
  {
    name: 'a chain of extensions over several lines',
    text: `import { PrismaClient } from '@prisma/client'
import { one, two } from './extensions'

export const prisma = new PrismaClient({
  // Say what is slow.
  log: ['warn'],
})
  .$extends(one)
  .$extends(two)

export type Database = typeof prisma
`,
    exports: ['prisma'],
    keeps: [
      '// Say what is slow.',
      '.$extends(one)',
      '.$extends(two)',
      'export type Database = typeof prisma',
    ],
  },
  {
    name: 'options in a constant',
    text: `import { Prisma, PrismaClient } from '@prisma/client'

const options: Prisma.PrismaClientOptions = { log: ['error'] }

export const prisma = new PrismaClient(options)
export * from '@prisma/client'
`,
    exports: ['prisma'],
    keeps: [
      `const options: Prisma.PrismaClientOptions = { log: ['error'] }`,
      `export * from '@prisma/client'`,
    ],
  },
  {
    name: 'an adapter at the top of the module',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const connectionString = \`\${process.env.DATABASE_URL}\`

const adapter = new PrismaPg({ connectionString })
const prisma = new PrismaClient({ adapter })

export { prisma }
`,
    exports: ['prisma'],
    keeps: ['process.env.DATABASE_URL', 'observe(new PrismaPg({ connectionString }))'],
  },
  {
    name: 'a pool, an adapter and a global',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { PrismaClient } from '../generated/prisma/client'

const globalForPrisma = global as unknown as { prisma: PrismaClient }

// Ten would be too many.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 })
const adapter = new PrismaPg(pool)

const prisma =
  globalForPrisma.prisma ||
  new PrismaClient({
    adapter,
    transactionOptions: { maxWait: 5_000 },
  })

if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma

export default prisma
`,
    exports: ['default'],
    keeps: [
      '// Ten would be too many.',
      'max: 5',
      'observe(new PrismaPg(pool))',
      'transactionOptions: { maxWait: 5_000 }',
    ],
  },
  {
    name: 'an adapter in a factory',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const createClient = () => {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
  return new PrismaClient({ adapter })
}

const globalForPrisma = globalThis as unknown as { db?: ReturnType<typeof createClient> }

export const db = globalForPrisma.db ?? createClient()

if (process.env.NODE_ENV !== 'production') globalForPrisma.db = db
`,
    exports: ['db'],
    keeps: [
      '({ observe }: ShareTools) => {',
      'observe(new PrismaPg(',
      'sharePrisma(({ observe }) => createClient({ observe }))',
    ],
  },
  {
    name: 'an adapter where it is given',
    path: 'lib/prisma.mjs',
    text: `import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient({ adapter: new PrismaMariaDb(process.env.DATABASE_URL), log: ['error'] })
export default prisma
`,
    exports: ['prisma', 'default'],
    keeps: ['adapter: observe(new PrismaMariaDb(process.env.DATABASE_URL))', `log: ['error']`],
  },
  {
    name: 'listeners and middleware after the client',
    text: `import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient({ log: [{ level: 'query', emit: 'event' }] })

// Slow queries are worth a line.
prisma.$on('query', (event) => {
  if (event.duration > 100) console.warn(event.query)
})

if (process.env.TRACE) {
  prisma.$on('query', (event) => console.log(event.params))
}

export default prisma
`,
    exports: ['prisma', 'default'],
    keeps: [
      '// Slow queries are worth a line.',
      `client.$on('query', (event) => {`,
      'if (process.env.TRACE) {',
    ],
    loses: ['prisma.$on'],
  },
  {
    name: 'a handler that disconnects',
    text: `import { PrismaClient } from '@prisma/client'

const prisma = new PrismaClient()

process.on('beforeExit', async () => {
  await prisma.$disconnect()
})

export default prisma
`,
    exports: ['default'],
    keeps: [`process.on('beforeExit', async () => {`],
  },
  {
    name: 'CommonJS with a name',
    path: 'lib/prisma.js',
    text: `'use strict'
const { PrismaClient } = require('@prisma/client')

const prisma = new PrismaClient()

module.exports = { prisma }
`,
    exports: ['prisma'],
    keeps: [`'use strict'`, 'module.exports = { prisma }'],
  },
  {
    name: 'CommonJS with both',
    path: 'src/db.cjs',
    text: `const prismaPackage = require('@prisma/client')

const client = new prismaPackage.PrismaClient({ log: ['warn', 'error'] })

exports.prisma = client
exports.db = client
`,
    exports: ['prisma', 'db'],
    keeps: [`new prismaPackage.PrismaClient({ log: ['warn', 'error'] })`],
  },
  {
    name: 'a default import of a CommonJS package',
    path: 'src/db.js',
    text: `import pkg from '@prisma/client'
const { PrismaClient: Client } = pkg

const db = new Client
export default db
`,
    exports: ['default'],
    keeps: ['const { PrismaClient: Client } = pkg', 'new Client'],
  },
  {
    name: 'a namespace import and a subclass',
    text: `import * as Prisma from '@prisma/client'

class Client extends Prisma.PrismaClient {}

export const prisma = new Client({ log: ['error'] })
`,
    exports: ['prisma'],
    keeps: [`new Client({ log: ['error'] })`],
  },
  {
    name: 'a guard in a function',
    path: 'lib/prisma.js',
    text: `import { PrismaClient } from '@prisma/client'

function getClient() {
  if (process.env.NODE_ENV === 'production') return new PrismaClient()
  if (!globalThis.db) {
    globalThis.db = new PrismaClient()
  }
  return globalThis.db
}

export const db = getClient()
`,
    exports: ['db'],
    loses: ['getClient'],
  },
  {
    name: 'lines that end in CRLF, with a BOM, tabs and emoji',
    path: 'lib/prisma.js',
    text: `\uFEFFimport { PrismaClient } from '@prisma/client'\r\n\r\n// 🚀 one client\r\nconst prisma = global.prisma || new PrismaClient({\r\n\tlog: ['error'], // 🧯\r\n})\r\n\r\nif (process.env.NODE_ENV !== 'production') global.prisma = prisma\r\n\r\nexport default prisma\r\n`,
    exports: ['default'],
    keeps: ['\uFEFFimport', '// 🚀 one client\r\n', `\tlog: ['error'], // 🧯\r\n`],
  },
  {
    name: 'environment of a package, that only the guard reads',
    text: `import { PrismaClient, type Prisma } from '@prisma/client'
import { env, isProduction } from './env'

const globalForPrisma = globalThis as unknown as { prisma: PrismaClient | undefined }

export const prisma = globalForPrisma.prisma ?? new PrismaClient({ datasourceUrl: env.DATABASE_URL })

if (!isProduction) globalForPrisma.prisma = prisma

export type Transaction = Prisma.TransactionClient
`,
    exports: ['prisma'],
    keeps: [
      `import { env } from './env'`,
      'datasourceUrl: env.DATABASE_URL',
      'Prisma.TransactionClient',
    ],
    loses: ['isProduction'],
  },
  {
    name: 'an immediately called function',
    text: `import { PrismaClient } from '@prisma/client'

export const prisma = (() => {
  const client = new PrismaClient()
  return client
})()
`,
    exports: ['prisma'],
  },
  {
    name: 'a cast at the end',
    text: `import { PrismaClient } from '@prisma/client'
import type { Extended } from './types'

const g = globalThis as any
export const prisma = (g.prisma || new PrismaClient()) as Extended
if (process.env.NODE_ENV !== 'production') g.prisma = prisma
`,
    exports: ['prisma'],
    keeps: ['as Extended'],
  },
  {
    name: 'comments within the guard',
    text: `import { PrismaClient } from '@prisma/client'

const g = globalThis as any

export const prisma =
  g.prisma ??
  // The one that is used.
  new PrismaClient({ log: [] /* none */ })
g.prisma = prisma
`,
    exports: ['prisma'],
    keeps: ['// The one that is used.', '/* none */'],
  },
  {
    name: 'everything in one line',
    path: 'lib/prisma.js',
    text: `const { PrismaClient } = require('@prisma/client'); const prisma = new PrismaClient(); module.exports = prisma;
`,
    exports: ['default'],
    keeps: [
      `require('@prisma/client'); const { sharePrisma } = require('@oneprisma/client'); const prisma = sharePrisma(`,
    ],
  },
  {
    name: 'a listener in parentheses',
    text: `import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient()
;(prisma as any).$use(async (params: unknown, next: (params: unknown) => unknown) => next(params))
`,
    exports: ['prisma'],
    keeps: [';(client as any).$use('],
  },
  {
    name: 'a variable that is read first and filled then',
    text: `import { PrismaClient } from '@prisma/client'

let prisma: PrismaClient = (globalThis as any).__prisma
if (!prisma) {
  prisma = (globalThis as any).__prisma = new PrismaClient({
    log: ['warn'],
  })
}

export = prisma
`,
    exports: ['default'],
    keeps: [`sharePrisma(() => new PrismaClient({\n  log: ['warn'],\n}))`, 'export = prisma'],
    loses: ['__prisma'],
  },
  {
    name: 'a condition without an if',
    path: 'lib/prisma.js',
    text: `import { PrismaClient } from '@prisma/client'
const prisma = globalThis.prisma || new PrismaClient()
process.env.NODE_ENV !== 'production' && (globalThis.prisma = prisma)
export { prisma }
`,
    exports: ['prisma'],
    loses: ['NODE_ENV'],
  },
  {
    name: 'a top-level import()',
    path: 'lib/prisma.mjs',
    text: `// This module is loaded late.
const { PrismaClient } = await import('@prisma/client')
export const prisma = new PrismaClient()
`,
    exports: ['prisma'],
    keeps: ['// This module is loaded late.'],
  },
  {
    name: 'a factory that others call too',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

export function createClient() {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
  return new PrismaClient({ adapter })
}

export const prisma = createClient()
`,
    exports: ['prisma'],
    keeps: ['export function createClient() {', 'sharePrisma(() => createClient())'],
    loses: ['observe'],
  },
  {
    name: 'an adapter that others use too',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

export const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })

export const prisma = new PrismaClient({ adapter })
`,
    exports: ['prisma'],
    keeps: [
      'export const adapter = new PrismaPg(',
      'new PrismaClient({ adapter: observe(adapter) })',
    ],
  },
  {
    name: 'a pool with a listener',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { PrismaClient } from '../generated/prisma/client'

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
pool.on('error', console.error)

export const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
`,
    exports: ['prisma'],
    keeps: [`\nconst pool = new Pool(`, 'adapter: observe(new PrismaPg(pool))'],
  },
  {
    name: 'options in a constant, with the adapter',
    text: `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const options = {
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
  errorFormat: 'minimal',
} as const

export const prisma = new PrismaClient(options)
`,
    exports: ['prisma'],
    keeps: ['    adapter: observe(new PrismaPg(', `    errorFormat: 'minimal',`, '} as const'],
  },
  {
    name: 'names that are taken',
    text: `import { PrismaMssql } from '@prisma/adapter-mssql'
import { PrismaClient } from '../generated/prisma/client'
import { client, observe, sharePrisma } from './others'

export const prisma = new PrismaClient({ adapter: new PrismaMssql('') })
prisma.$on('query', () => observe(client, sharePrisma))
`,
    exports: ['prisma'],
    keeps: ['sharePrisma as shareOnePrisma', '{ observe: observeAdapter }', 'newClient.$on('],
  },
  {
    name: 'a helper by another name, and a block comment',
    text: `import { PrismaClient } from '@prisma/client'
import { singleton as keep } from './singleton'

/*
 * One for all.
 */
export const prisma = keep('prisma', () => new PrismaClient())
`,
    exports: ['prisma'],
    keeps: ['/*\n * One for all.\n */\nexport const prisma = sharePrisma(() =>'],
    loses: ['keep'],
  },
  {
    name: 'a helper that is required',
    path: 'lib/prisma.js',
    text: `const { PrismaClient } = require('@prisma/client')
const { singleton } = require('./singleton')

exports.prisma = singleton('prisma', () => new PrismaClient())
`,
    exports: ['prisma'],
    loses: ['singleton'],
  },
  {
    name: 'block comments above a guard',
    text: `import { PrismaClient } from '@prisma/client'

export const prisma = globalThis.prisma ?? new PrismaClient()

/* Stays. */

/**
 * Hot reloads.
 */
if (process.env.NODE_ENV !== 'production') globalThis.prisma = prisma

export const one = 1 /* too */
`,
    exports: ['prisma'],
    keeps: ['/* Stays. */\n\nexport const one = 1 /* too */\n'],
    loses: ['Hot reloads'],
  },
  {
    name: 'a global that is named beside something else',
    text: `import { PrismaClient } from '@prisma/client'

const shelf = globalThis as any,
  limit = 3

export const prisma = shelf.prisma ?? new PrismaClient()
shelf.prisma = prisma
export const most = () => limit
`,
    exports: ['prisma'],
    keeps: ['limit = 3'],
  },
  {
    name: 'a listener that something else makes',
    text: `import { PrismaClient } from '@prisma/client'
import { makeListener } from './listener'

export const prisma = new PrismaClient()
prisma.$on('query', makeListener())
`,
    exports: ['prisma'],
    keeps: [`\nprisma.$on('query', makeListener())`],
  },
  {
    name: 'constants and functions that open nothing',
    text: `import { PrismaClient, type Prisma } from '@prisma/client'

const isDevelopment = process.env.NODE_ENV === 'development'
const levels = (): Prisma.LogLevel[] => JSON.parse('["error"]')

export const prisma = new PrismaClient({ log: isDevelopment ? ['query'] : levels() })
`,
    exports: ['prisma'],
    keeps: ['\nconst isDevelopment', '\nconst levels', 'sharePrisma(() => new PrismaClient({ log'],
  },
]

/** Modules whose client has to be left to a person, and why. */
export const REFUSED: ReadonlyArray<{
  readonly name: string
  readonly code: string
  readonly text: string
}> = [
  {
    name: 'a client to read and one to write',
    code: 'TWO_CLIENTS',
    text: `import { PrismaClient } from '@prisma/client'
export const dbRead = new PrismaClient({ datasourceUrl: process.env.REPLICA_URL })
export const dbWrite = new PrismaClient()
`,
  },
  {
    name: 'a second client that it keeps to itself',
    code: 'TWO_CLIENTS',
    text: `import { PrismaClient } from '@prisma/client'
export const prisma = new PrismaClient()
export async function migrate() {
  const own = new PrismaClient({ log: ['info'] })
  await own.$disconnect()
}
`,
  },
  {
    name: 'other options in production',
    code: 'CREATIONS_DIFFER',
    text: `import { PrismaClient } from '@prisma/client'
let prisma
if (process.env.NODE_ENV === 'production') {
  prisma = new PrismaClient({ log: ['error'] })
} else {
  if (!global.prisma) global.prisma = new PrismaClient({ log: ['query'] })
  prisma = global.prisma
}
export { prisma }
`,
  },
  {
    name: 'a variable that a function fills',
    code: 'CREATED_ON_DEMAND',
    text: `import { PrismaClient } from '@prisma/client'
export let prisma: PrismaClient
export function start() {
  prisma = new PrismaClient()
}
`,
  },
  {
    name: 'a function that gives the client',
    code: 'CREATED_ON_DEMAND',
    text: `import { PrismaClient } from '@prisma/client'
let client: PrismaClient | undefined
export function getPrisma() {
  client ??= new PrismaClient()
  return client
}
`,
  },
  {
    name: 'a guard that logs',
    code: 'GUARD_DOES_MORE',
    text: `import { PrismaClient } from '@prisma/client'
let prisma
if (!global.prisma) {
  console.log('A new client.')
  global.prisma = new PrismaClient()
}
prisma = global.prisma
export default prisma
`,
  },
  {
    name: 'a guard with a second thing in it',
    code: 'GUARD_DOES_MORE',
    text: `import { PrismaClient } from '@prisma/client'
export const prisma = global.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') {
  global.prisma = prisma
  global.startedAt = Date.now()
}
`,
  },
  {
    name: 'a global that something else reads',
    code: 'GLOBAL_USED_ELSEWHERE',
    text: `import { PrismaClient } from '@prisma/client'
export const prisma = globalThis.prisma ?? new PrismaClient()
globalThis.prisma = prisma
export const isKept = () => globalThis.prisma !== undefined
`,
  },
  {
    name: 'a factory that connects',
    code: 'CONNECTS_ON_CREATION',
    text: `import { PrismaClient } from '@prisma/client'
import { singleton } from './singleton'
export const prisma = singleton('prisma', () => {
  const client = new PrismaClient()
  void client.$connect()
  return client
})
`,
  },
  {
    name: 'a factory that waits',
    code: 'CLIENT_IN_PROMISE',
    text: `import { PrismaClient } from '@prisma/client'
import { readOptions } from './options'
async function make() {
  return new PrismaClient(await readOptions())
}
export const prisma = make()
`,
  },
  {
    name: 'a function that keeps the client, and is called twice',
    code: 'GLOBAL_USED_ELSEWHERE',
    text: `import { PrismaClient } from '@prisma/client'
function keep() {
  return (globalThis.prisma ??= new PrismaClient())
}
export const prisma = keep()
export const again = () => keep()
`,
  },
  {
    name: 'a function that keeps the client, and is exported',
    code: 'GLOBAL_USED_ELSEWHERE',
    text: `import { PrismaClient } from '@prisma/client'
export function keep() {
  return (globalThis.prisma ??= new PrismaClient())
}
export const prisma = keep()
`,
  },
  {
    name: 'a factory that is given something',
    code: 'CREATION_UNKNOWN',
    text: `import { PrismaClient } from '@prisma/client'
const make = (level) => new PrismaClient({ log: [level] })
export const prisma = make('error')
`,
  },
  {
    name: 'a helper whose function takes something',
    code: 'CREATION_UNKNOWN',
    text: `import { PrismaClient } from '@prisma/client'
import { singleton } from './singleton'
export const prisma = singleton('prisma', (name) => new PrismaClient({ log: [name] }))
`,
  },
  {
    name: 'another helper by a familiar name',
    code: 'CREATION_UNKNOWN',
    text: `import { PrismaClient } from '@prisma/client'
import { pooled as singleton } from './pooled'
export const prisma = singleton('prisma', () => new PrismaClient())
`,
  },
  {
    name: 'the client for edge runtimes',
    code: 'EDGE_CLIENT_SHARED',
    text: `import { PrismaClient } from '@prisma/client/edge'
export const prisma = new PrismaClient()
`,
  },
  {
    name: 'a client that is replaced by an extended one',
    code: 'GUARD_DOES_MORE',
    text: `import { PrismaClient } from '@prisma/client'
let prisma: any = new PrismaClient()
prisma = prisma.$extends({})
export { prisma }
`,
  },
  {
    name: 'a factory that does not always return a client',
    code: 'CREATION_UNKNOWN',
    text: `import { PrismaClient } from '@prisma/client'
function make() {
  if (process.env.SKIP) return undefined
  return new PrismaClient()
}
export const prisma = make()
`,
  },
  {
    name: 'a class that a library wraps',
    code: 'CREATION_UNKNOWN',
    text: `import { enhancePrisma } from 'blitz'
import { PrismaClient } from '@prisma/client'
const Enhanced = enhancePrisma(PrismaClient)
export default new Enhanced()
`,
  },
  {
    name: 'a helper that it does not know',
    code: 'CREATION_UNKNOWN',
    text: `import { PrismaClient } from '@prisma/client'
import { traced } from './tracing'
export const prisma = traced(() => new PrismaClient())
`,
  },
]
