import type { StaticCode } from '../src/doctor/static-codes.ts'
import type { Tree } from './project-fixture.ts'

/** An app with one thing wrong, and the files that put it right. */
export interface BrokenApp {
  readonly broken: Tree
  readonly fixed: Tree
}

const DEPENDENCIES = {
  '@oneprisma/client': '^0.1.0',
  '@prisma/adapter-pg': '^7.10.1',
  '@prisma/client': '^7.10.0',
}

interface PackageOptions {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
}

function packageJson(options: PackageOptions = {}): object {
  return {
    name: 'shop',
    private: true,
    type: 'module',
    scripts: { start: 'node server.ts', postinstall: 'prisma generate', ...options.scripts },
    dependencies: { ...DEPENDENCIES, ...options.dependencies },
    devDependencies: { prisma: '^7.10.1', ...options.devDependencies },
    ...(options.engines && { engines: options.engines }),
  }
}

function lockfile(packages: Readonly<Record<string, object>> = {}): object {
  return { name: 'shop', lockfileVersion: 3, packages }
}

function schema(models = '', output = '../generated/prisma'): string {
  return `generator client {
  provider = "prisma-client"
  output   = "${output}"
}

datasource db {
  provider = "postgresql"
}

model Order {
  id Int @id @default(autoincrement())
}
${models}`
}

const CONFIG = `import { defineConfig, env } from 'prisma/config'

export default defineConfig({
  schema: 'prisma/schema.prisma',
  datasource: { url: env('DATABASE_URL') },
})
`

const SHARED = `import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
})
`

const BOUNDED =
  'max: 5, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 60_000, statement_timeout: 60_000'

/** A shared module whose pool has these settings. */
function shared(
  settings = `connectionString: process.env.DATABASE_URL, ${BOUNDED}`,
  second = '',
  client = '',
): string {
  return `import { sharePrisma } from '@oneprisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(({ observe }) => {
  const adapter = observe(new PrismaPg({ ${settings} }${second}))
  return new PrismaClient({ adapter${client} })
})
`
}

/** An application on Prisma 7 and PostgreSQL that the doctor has nothing to say of. */
export const HEALTHY: Tree = {
  'package.json': packageJson(),
  'package-lock.json': lockfile(),
  'prisma.config.ts': CONFIG,
  'prisma/schema.prisma': schema(),
  'lib/prisma.ts': SHARED,
  'server.ts': `import express from 'express'
import { prisma } from './lib/prisma'

const app = express()
app.get('/orders', async (request, response) => response.json(await prisma.order.findMany()))
app.listen(3000)
`,
  '.env.example': 'DATABASE_URL=postgresql://shop:secret@db.example.com:5432/shop\n',
}

function withoutLockfile(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path !== 'package-lock.json'))
}

const NEXT = packageJson({ dependencies: { next: '^16.4.0' } })

/** The same on Next.js. */
export const HEALTHY_NEXT: Tree = {
  ...HEALTHY,
  'package.json': NEXT,
  'server.ts': '',
  'app/api/orders/route.ts': `import { prisma } from '../../../lib/prisma'

export const GET = async () => Response.json(await prisma.order.findMany())
`,
}

const POOLED = 'DATABASE_URL=postgresql://shop:secret@ep-blue-1-pooler.eu.aws.neon.tech/shop\n'

const AUTH = packageJson({ dependencies: { '@auth/prisma-adapter': '^2.11.0' } })

function authModels(token: string, index: string): string {
  return `
model User {
  id       String    @id
  accounts Account[]
  sessions Session[]
}

model Account {
  userId            String
  provider          String
  providerAccountId String
  user              User   @relation(fields: [userId], references: [id], onDelete: Cascade)

  @@id([provider, providerAccountId])
  @@index([userId])
}

model Session {
  sessionToken String   ${token}
  userId       String
  expires      DateTime
  user         User     @relation(fields: [userId], references: [id], onDelete: Cascade)
  ${index}
}
`
}

function generated(version: string, order = 'Int'): string {
  const inline = schema().replace('id Int', `id ${order}`)
  return `export const config = {
  "clientVersion": "${version}",
  "inlineSchema": ${JSON.stringify(inline)}
}
`
}

const LOCKED_CLIENT = lockfile({ 'node_modules/@prisma/client': { version: '7.10.0' } })

function lockedPg(own: string): object {
  return lockfile({
    'node_modules/@prisma/adapter-pg': { version: '7.10.1', dependencies: { pg: '^8.16.3' } },
    ...(own !== '8.23.1' && {
      'node_modules/@prisma/adapter-pg/node_modules/pg': { version: '8.23.1' },
    }),
    'node_modules/pg': { version: own },
  })
}

function guarded(ending: string): string {
  return `import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient }
export const prisma =
  globalForPrisma.prisma ??
  new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
${ending}globalForPrisma.prisma = prisma
`
}

const OWN_CLIENT = `import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const prisma = new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
export const list = () => prisma.order.findMany()
`
const SHARED_CLIENT = `import { prisma } from '../lib/prisma'

export const list = () => prisma.order.findMany()
`

function script(ending: string): string {
  return `import { prisma } from '../lib/prisma'

async function main() {
  console.log(await prisma.order.count())
}

${ending}
`
}

function logging(logged: string): Tree {
  return {
    'lib/log.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
import { logger } from './logger'

export function makeClient(adapter: PrismaPg) {
  const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] })
  client.$on('query', (event) => {
    logger.info(${logged})
  })
  return client
}
`,
  }
}

const OWN_POOL = packageJson({ dependencies: { pg: '^8.23.1' } })

/** A shared module that hands a pool to the adapter. */
function ownPool(argument: string, driver = 'pg'): string {
  return `import { sharePrisma } from '@oneprisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from '${driver}'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(({ observe }) => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, ${BOUNDED} })
  return new PrismaClient({ adapter: observe(new PrismaPg(${argument})) })
})
`
}

function modulePool(query: string): string {
  return `import { sharePrisma } from '@oneprisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { PrismaClient } from '../generated/prisma/client'

const pool = new Pool({ connectionString: process.env.DATABASE_URL, ${BOUNDED} })
export const prisma = sharePrisma(({ observe }) => new PrismaClient({ adapter: observe(new PrismaPg(pool)) }))
export const count = () => ${query}
`
}

const MIDDLEWARE = {
  'lib/session.ts': `import { prisma } from './prisma'

export const sessionOf = (token: string) => prisma.session.findUnique({ where: { token } })
`,
}

function middleware(from: string): string {
  return `import { NextResponse } from 'next/server'
import { sessionOf } from './lib/session'

${from}
export const config = { matcher: '/account', runtime: 'RUNTIME' }
`
}

const GATE = `export async function middleware(request) {
  return (await sessionOf('x')) ? NextResponse.next() : NextResponse.redirect('/')
}
`

const SIX = {
  'prisma/schema.prisma': `generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
`,
  'lib/prisma.ts': `import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient()
`,
}

function six(version: string): object {
  return {
    name: 'shop',
    private: true,
    dependencies: { '@prisma/client': version },
    devDependencies: { prisma: version },
  }
}

const EXTERNALS = {
  'package.json': packageJson({
    dependencies: { next: '^14.2.0', '@prisma/adapter-libsql': '^7.10.1' },
  }),
  'node_modules/next/package.json': { name: 'next', version: '14.2.0' },
  'node_modules/next/dist/lib/server-external-packages.json': ['@libsql/client', 'sharp'],
}

/** One for each code of the doctor; the compiler sees that none is missing. */
export const BROKEN: Readonly<Record<StaticCode, BrokenApp>> = {
  ACCELERATE_RETIRED: {
    broken: {
      ...HEALTHY,
      '.env.example':
        'DATABASE_URL="prisma+postgres://accelerate.prisma-data.net/?api_key=secret"\n',
    },
    fixed: { '.env.example': 'DATABASE_URL=postgresql://shop:secret@db.example.com/shop\n' },
  },
  ADAPTER_MISSING: {
    broken: {
      ...HEALTHY,
      'lib/prisma.ts': `import { sharePrisma } from '@oneprisma/client'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(() => new PrismaClient())
`,
    },
    fixed: { 'lib/prisma.ts': SHARED },
  },
  AUTH_INDEX_MISSING: {
    broken: {
      ...HEALTHY,
      'package.json': AUTH,
      'prisma/schema.prisma': schema(authModels('@unique', '')),
    },
    fixed: { 'prisma/schema.prisma': schema(authModels('@unique', '@@index([userId])')) },
  },
  AUTH_KEY_MISSING: {
    broken: {
      ...HEALTHY,
      'package.json': AUTH,
      'prisma/schema.prisma': schema(authModels('', '@@index([userId])')),
    },
    fixed: { 'prisma/schema.prisma': schema(authModels('@unique', '@@index([userId])')) },
  },
  BEFORE_EXIT_LISTENER: {
    broken: {
      ...HEALTHY,
      'lib/ending.ts': `import { prisma } from './prisma'

export const close = () => prisma.$on('beforeExit', async () => console.log('ending'))
`,
    },
    fixed: {
      'lib/ending.ts': `import { drain } from '@oneprisma/client'
import { prisma } from './prisma'

export const close = () => drain(prisma)
`,
    },
  },
  CLIENTS_SCATTERED: {
    broken: { ...HEALTHY, 'routes/users.ts': OWN_CLIENT, 'routes/orders.ts': OWN_CLIENT },
    fixed: { 'routes/users.ts': SHARED_CLIENT, 'routes/orders.ts': SHARED_CLIENT },
  },
  CLIENT_IN_NODE_MODULES: {
    broken: { ...HEALTHY, 'prisma/schema.prisma': schema('', '../node_modules/@acme/client') },
    fixed: { 'prisma/schema.prisma': schema() },
  },
  CLIENT_OUTDATED: {
    broken: {
      ...HEALTHY,
      'package-lock.json': LOCKED_CLIENT,
      'generated/prisma/internal/class.ts': generated('7.9.1'),
    },
    fixed: { 'generated/prisma/internal/class.ts': generated('7.10.1') },
  },
  DEBUG_PRINTS_PARAMETERS: {
    broken: { ...HEALTHY, '.env.production': 'DEBUG=app:*,prisma:client\n' },
    fixed: { '.env.production': 'DEBUG=app:*\n' },
  },
  DIRECT_URL_MISSING: {
    broken: { ...HEALTHY, '.env.example': POOLED, 'prisma/migrations/1_init/migration.sql': '' },
    fixed: { 'prisma.config.ts': CONFIG.replace('DATABASE_URL', 'DIRECT_URL') },
  },
  DUPLICATE_PACKAGE: {
    broken: { ...HEALTHY, 'package.json': OWN_POOL, 'package-lock.json': lockedPg('8.16.3') },
    fixed: { 'package-lock.json': lockedPg('8.23.1') },
  },
  ERROR_FORMAT_PRINTS_ARGUMENTS: {
    broken: { ...HEALTHY, 'lib/prisma.ts': shared(undefined, '', ", errorFormat: 'pretty'") },
    fixed: { 'lib/prisma.ts': shared(undefined, '', ", errorFormat: 'minimal'") },
  },
  EXTERNAL_PACKAGE_MISSING: {
    broken: { ...HEALTHY_NEXT, ...EXTERNALS },
    fixed: {
      'next.config.mjs':
        "export default { experimental: { serverComponentsExternalPackages: ['libsql'] } }\n",
    },
  },
  GENERATE_MISSING: {
    broken: {
      ...HEALTHY,
      'vercel.json': {},
      'package.json': packageJson({ scripts: { postinstall: 'node prepare.js' } }),
    },
    fixed: { 'package.json': packageJson() },
  },
  GUARD_IN_DEVELOPMENT_ONLY: {
    broken: {
      ...HEALTHY_NEXT,
      'lib/prisma.ts': guarded("if (process.env.NODE_ENV !== 'production') "),
    },
    fixed: { 'lib/prisma.ts': guarded('') },
  },
  INSTALL_UNPINNED: {
    broken: { ...HEALTHY, Dockerfile: 'FROM node:24-slim\nRUN npm install --global prisma\n' },
    fixed: { Dockerfile: 'FROM node:24-slim\nRUN npm install --global prisma@7\n' },
  },
  MAJORS_DIFFER: {
    broken: {
      ...HEALTHY,
      'package.json': packageJson({ dependencies: { '@prisma/adapter-pg': '^6.19.0' } }),
    },
    fixed: { 'package.json': packageJson() },
  },
  NODE_TOO_OLD: {
    broken: { ...HEALTHY, '.nvmrc': 'v20.10.0\n' },
    fixed: { '.nvmrc': 'v20.19.0\n' },
  },
  PARAMETERS_LOGGED: {
    broken: { ...HEALTHY, ...logging('event.query, event.params') },
    fixed: logging('event.query, event.duration'),
  },
  POOLER_NAMED_STATEMENTS: {
    broken: {
      ...HEALTHY,
      '.env.example': POOLED,
      'lib/prisma.ts': shared(undefined, ', { statementNameGenerator: ({ sql }) => sql }'),
    },
    fixed: { 'lib/prisma.ts': shared() },
  },
  POOLER_SESSION_FEATURE: {
    broken: {
      ...HEALTHY,
      '.env.example': POOLED,
      'lib/lock.ts': `import { prisma } from './prisma'

export const lock = (id: number) => prisma.$executeRaw\`SELECT pg_advisory_lock(\${id})\`
`,
    },
    fixed: {
      'lib/lock.ts': `import { prisma } from './prisma'

export const lock = (id: number) =>
  prisma.$transaction((tx) => tx.$executeRaw\`SELECT pg_advisory_xact_lock(\${id})\`)
`,
    },
  },
  POOLS_EXCEED_DEFAULT: {
    broken: {
      ...HEALTHY,
      'lib/prisma.ts': shared(),
      'ecosystem.config.cjs':
        "module.exports = { apps: [{ script: 'server.ts', exec_mode: 'cluster', instances: 32 }] }\n",
    },
    fixed: {
      'lib/prisma.ts': shared().replace('max: 5', 'max: 2'),
    },
  },
  POOL_AS_OPTION: {
    broken: { ...HEALTHY, 'package.json': OWN_POOL, 'lib/prisma.ts': ownPool('{ pool }') },
    fixed: { 'lib/prisma.ts': ownPool('pool') },
  },
  POOL_FROM_OTHER_COPY: {
    broken: {
      ...HEALTHY,
      'package.json': packageJson({ dependencies: { '@neondatabase/serverless': '^1.0.0' } }),
      'lib/prisma.ts': ownPool('pool', '@neondatabase/serverless'),
    },
    fixed: { 'package.json': OWN_POOL, 'lib/prisma.ts': ownPool('pool') },
  },
  POOL_IDLE_UNBOUNDED: {
    broken: { ...HEALTHY, 'lib/prisma.ts': shared().replace('60_000', '0') },
    fixed: { 'lib/prisma.ts': shared() },
  },
  POOL_NOT_SHARED: {
    broken: {
      ...HEALTHY_NEXT,
      'package.json': packageJson({ dependencies: { next: '^16.4.0', pg: '^8.23.1' } }),
      'lib/prisma.ts': modulePool("pool.query('SELECT count(*) FROM orders')"),
    },
    fixed: { 'lib/prisma.ts': modulePool('prisma.order.count()') },
  },
  POOL_SIZE_UNSET: {
    broken: { ...HEALTHY, 'lib/prisma.ts': shared().replace('max: 5, ', '') },
    fixed: { 'lib/prisma.ts': shared() },
  },
  POOL_WAIT_UNBOUNDED: {
    broken: {
      ...HEALTHY,
      'lib/prisma.ts': shared().replace('connectionTimeoutMillis: 10_000, ', ''),
    },
    fixed: { 'lib/prisma.ts': shared() },
  },
  PRISMA_IN_EDGE: {
    broken: {
      ...HEALTHY_NEXT,
      ...MIDDLEWARE,
      'middleware.ts': middleware(GATE).replace(", runtime: 'RUNTIME'", ''),
    },
    fixed: { 'middleware.ts': middleware(GATE).replace('RUNTIME', 'nodejs') },
  },
  PRISMA_TOO_OLD: {
    broken: { ...SIX, 'package.json': six('5.22.0'), 'package-lock.json': lockfile() },
    fixed: { 'package.json': six('6.19.0') },
  },
  QUERY_TIMEOUT_UNGUARDED: {
    broken: {
      ...HEALTHY,
      'lib/prisma.ts': shared(
        `connectionString: process.env.DATABASE_URL, ${BOUNDED}, query_timeout: 5_000`,
      )
        .replace('observe(new PrismaPg({', 'new PrismaPg({')
        .replace('}))', '})'),
    },
    fixed: {
      'lib/prisma.ts': shared(
        `connectionString: process.env.DATABASE_URL, ${BOUNDED}, query_timeout: 5_000`,
      ),
    },
  },
  SCRIPT_KEEPS_CONNECTIONS: {
    broken: { ...HEALTHY, 'lib/prisma.ts': shared(), 'scripts/report.ts': script('await main()') },
    fixed: {
      'scripts/report.ts': script('try { await main() } finally { await prisma.$disconnect() }'),
    },
  },
  SCRIPT_SKIPS_FINALLY: {
    broken: {
      ...HEALTHY,
      'scripts/report.ts': script(
        'main().catch(() => process.exit(1)).finally(() => prisma.$disconnect())',
      ),
    },
    fixed: {
      'scripts/report.ts': script(
        'main().catch(() => { process.exitCode = 1 }).finally(() => prisma.$disconnect())',
      ),
    },
  },
  STATEMENT_UNBOUNDED: {
    broken: { ...HEALTHY, 'lib/prisma.ts': shared().replace(', statement_timeout: 60_000', '') },
    fixed: { 'lib/prisma.ts': shared() },
  },
  TLS_MODE_AMBIGUOUS: {
    broken: {
      ...HEALTHY,
      '.env.example': 'DATABASE_URL=postgresql://shop:secret@db.example.com/shop?sslmode=require\n',
    },
    fixed: {
      '.env.example':
        'DATABASE_URL=postgresql://shop:secret@db.example.com/shop?sslmode=verify-full\n',
    },
  },
  TLS_OPTION_IGNORED: {
    broken: {
      ...HEALTHY,
      '.env.example':
        'DATABASE_URL=postgresql://shop:secret@db.example.com/shop?sslmode=verify-full\n',
      'lib/prisma.ts': shared(
        `connectionString: process.env.DATABASE_URL, ${BOUNDED}, ssl: { ca: 'ca' }`,
      ),
    },
    fixed: { '.env.example': 'DATABASE_URL=postgresql://shop:secret@db.example.com/shop\n' },
  },
  TLS_VERIFICATION_OFF: {
    broken: {
      ...HEALTHY,
      'lib/prisma.ts': shared(
        `connectionString: process.env.DATABASE_URL, ${BOUNDED}, ssl: { rejectUnauthorized: false }`,
      ),
    },
    fixed: {
      'lib/prisma.ts': shared(
        `connectionString: process.env.DATABASE_URL, ${BOUNDED}, ssl: { ca: 'ca' }`,
      ),
    },
  },
  URL_PARAMETER_IGNORED: {
    broken: {
      ...HEALTHY,
      '.env.example':
        'DATABASE_URL=postgresql://shop:secret@db.example.com/shop?connection_limit=5&pool_timeout=10\n',
      'lib/prisma.ts': shared(),
    },
    fixed: { 'lib/prisma.ts': SHARED },
  },
  VERSION_UNPINNED: {
    broken: {
      ...withoutLockfile(HEALTHY),
      'package.json': packageJson({ dependencies: { '@prisma/client': 'latest' } }),
    },
    fixed: { 'package.json': packageJson(), 'package-lock.json': lockfile() },
  },
}
