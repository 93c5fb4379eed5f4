import { describe, expect, it } from 'vitest'
import { BROKEN, HEALTHY, HEALTHY_NEXT } from './doctor-apps.ts'
import { codesIn } from './doctor-run.ts'
import type { Tree } from './project-fixture.ts'

const URL = 'postgresql://shop:secret@db.example.com:5432/shop'

/** A module that makes a client with these options, behind these imports. */
function client(options: string, imports = ''): Tree {
  return {
    'lib/other.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
${imports}
export const other = (adapter: PrismaPg) => new PrismaClient({ adapter, ${options} })
`,
  }
}

/** A module with a pool of these settings. */
function pool(settings: string, imports = "import { Pool } from 'pg'"): Tree {
  return {
    'lib/pool.ts': `${imports}
export const makePool = () => new Pool(${settings})
`,
  }
}

/** A module that queries by a client of its own, and exports nothing. */
const OWN_CLIENT = `import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client'
const prisma = new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
await prisma.order.updateMany({ data: {} })
`

const BOUNDED = 'max: 5, connectionTimeoutMillis: 10_000, statement_timeout: 60_000'

interface Row {
  readonly what: string
  readonly files: Tree
  readonly base?: Tree
}

const LEFT_ALONE: readonly Row[] = [
  {
    what: 'settings that come from elsewhere',
    files: pool('settings', "import { Pool } from 'pg'\nimport { settings } from './settings'"),
  },
  {
    what: 'settings of which a part comes from elsewhere',
    files: pool(
      '{ ...base(), max: 5 }',
      "import { Pool } from 'pg'\nimport { base } from './base'",
    ),
  },
  {
    what: 'settings that a constant holds',
    files: pool('settings', `import { Pool } from 'pg'\nconst settings = { ${BOUNDED} }`),
  },
  {
    what: 'settings that are spread from a constant',
    files: pool(
      '{ ...bounds, max: 5 }',
      "import { Pool } from 'pg'\nconst bounds = { connectionTimeoutMillis: 5_000, statement_timeout: 1 }",
    ),
  },
  {
    what: 'settings that change',
    files: pool(
      'settings',
      "import { Pool } from 'pg'\nimport { read } from './read'\nlet settings = {}\nsettings = read()",
    ),
  },
  {
    what: 'parameters of a pool that is not of Prisma',
    files: {
      ...pool(`{ connectionString: process.env.REPORTS_URL, ${BOUNDED} }`),
      '.env.example': `REPORTS_URL=${URL}?connection_limit=5\n`,
    },
  },
  {
    what: 'bounds that are read from the environment',
    files: pool(
      '{ max: Number(process.env.MAX), connectionTimeoutMillis: Number(process.env.WAIT), statement_timeout: 1 }',
    ),
  },
  {
    what: 'a class of another package that is called Pool',
    files: pool('{}', "import { Pool } from 'tiny-pool'"),
  },
  { what: 'a class of the module that is called Pool', files: pool('{}', 'class Pool {}') },
  {
    what: 'a pool of a test',
    files: { 'test/orders.test.ts': "import { Pool } from 'pg'\nconst pool = new Pool()\n" },
  },
  {
    what: 'a pool of a script',
    files: { 'scripts/count.ts': "import { Pool } from 'pg'\nconst pool = new Pool()\n" },
  },
  {
    what: '`errorFormat` that is chosen by the environment',
    files: client("errorFormat: process.env.NODE_ENV === 'production' ? 'minimal' : 'pretty'"),
  },
  {
    what: '`errorFormat` of a client of development',
    files: {
      'lib/other.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
export const other = (adapter: PrismaPg) =>
  process.env.NODE_ENV === 'development'
    ? new PrismaClient({ adapter, errorFormat: 'pretty' })
    : new PrismaClient({ adapter })
`,
    },
  },
  {
    what: 'parameters that are logged in development',
    files: {
      'lib/log.ts': `import { prisma } from './prisma'
if (process.env.NODE_ENV === 'development') {
  prisma.$on('query', (event) => console.log(event.query, event.params))
}
`,
    },
  },
  {
    what: 'a number of parameters',
    files: {
      'lib/log.ts': `import { prisma } from './prisma'
prisma.$on('query', (event) => {
  const count = JSON.parse(event.params).length
  console.log(event.query, count)
})
`,
    },
  },
  { what: '`DEBUG` of other packages', files: { '.env.production': 'DEBUG=app:*,-prisma:*\n' } },
  { what: '`DEBUG` in development', files: { '.env.development': 'DEBUG=prisma:*\n' } },
  {
    what: 'a connection string of this machine that asks for TLS',
    files: { '.env': 'DATABASE_URL=postgresql://a:b@localhost/shop?sslmode=require\n' },
  },
  {
    what: 'a mode of TLS that says what it means',
    files: { '.env.example': `DATABASE_URL=${URL}?sslmode=require&uselibpqcompat=true\n` },
  },
  {
    what: 'TLS that is not verified in tests',
    files: { '.env.test': 'NODE_TLS_REJECT_UNAUTHORIZED=0\n' },
  },
  {
    what: 'an option of the same name of another package',
    files: {
      'lib/mail.ts':
        "import nodemailer from 'nodemailer'\nimport 'pg'\nnodemailer.createTransport({ tls: { rejectUnauthorized: false } })\n",
    },
  },
  {
    what: 'parameters that `pgPool` translates',
    files: { '.env.example': `DATABASE_URL=${URL}?connection_limit=5&schema=shop\n` },
  },
  {
    what: 'parameters of a variable that no pool gets',
    files: { '.env.example': `DATABASE_URL=${URL}\nREPORTS_URL=${URL}?connection_limit=5\n` },
  },
  {
    what: 'the schema that the adapter takes anyway',
    base: {
      ...HEALTHY,
      'lib/prisma.ts': String(BROKEN.URL_PARAMETER_IGNORED.broken['lib/prisma.ts']),
    },
    files: { '.env.example': `DATABASE_URL=${URL}?schema=public\n` },
  },
  {
    what: 'Accelerate of this machine, as `prisma dev` starts it',
    files: { '.env': 'DATABASE_URL=prisma+postgres://localhost:51213/?api_key=secret\n' },
  },
  {
    what: 'migrations past the pooler',
    base: BROKEN.DIRECT_URL_MISSING.broken,
    files: {
      'prisma.config.ts':
        'export default { datasource: { url: process.env.DIRECT_URL ?? process.env.DATABASE_URL } }\n',
    },
  },
  {
    what: 'a pooler in session mode',
    files: {
      '.env.example': 'DATABASE_URL=postgresql://a:b@aws-0-eu.pooler.supabase.com:5432/postgres\n',
      'prisma/migrations/1_init/migration.sql': '',
    },
  },
  {
    what: 'session features without a pooler',
    base: BROKEN.POOLER_SESSION_FEATURE.broken,
    files: { '.env.example': `DATABASE_URL=${URL}\n` },
  },
  {
    what: 'session features where a client goes past the pooler',
    base: BROKEN.POOLER_SESSION_FEATURE.broken,
    files: {
      'lib/straight.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { pgPool } from '@oneprisma/client/pg'
export const direct = () => new PrismaPg(pgPool(process.env.DIRECT_URL).config)
`,
    },
  },
  {
    what: 'what a transaction sets for itself',
    base: BROKEN.POOLER_SESSION_FEATURE.broken,
    files: {
      'lib/lock.ts': `import { prisma } from './prisma'
export const asUser = (id: string) =>
  prisma.$transaction([
    prisma.$executeRaw\`SET LOCAL statement_timeout = 5000\`,
    prisma.$executeRaw\`SELECT set_config('app.user', \${id}, true)\`,
    prisma.$executeRaw\`SET TRANSACTION ISOLATION LEVEL SERIALIZABLE\`,
    prisma.$executeRaw\`UPDATE orders SET state = 'paid' WHERE id = \${id}\`,
  ])
`,
    },
  },
  {
    what: '`npx prisma` of a package that depends on it',
    files: { Dockerfile: 'FROM node:22\nRUN npx prisma migrate deploy\n' },
  },
  {
    what: 'an installation of a named version',
    files: { Dockerfile: 'FROM node:22\nRUN npm install prisma@7.10.1 @prisma/client@^7\n' },
  },
  {
    what: 'what a comment of a workflow says',
    files: { '.github/workflows/ci.yml': '# npm install prisma\nname: ci\n' },
  },
  { what: 'a major of Node.js that has a release for it', files: { '.nvmrc': '20\n' } },
  { what: 'a name of a release of Node.js', files: { '.nvmrc': 'lts/iron\n' } },
  {
    what: 'an edge module that only wants a type',
    base: BROKEN.PRISMA_IN_EDGE.broken,
    files: {
      'middleware.ts': `import { NextResponse } from 'next/server'
import { sessionOf } from './lib/session'
export const middleware = (): ReturnType<typeof sessionOf> | NextResponse => NextResponse.next()
export const config = {}
`,
    },
  },
  {
    what: 'a client for the edge',
    base: HEALTHY_NEXT,
    files: {
      'lib/edge.ts': `import { PrismaNeon } from '@prisma/adapter-neon'
import { PrismaClient } from '../generated/prisma/client'
export const edge = new PrismaClient({ adapter: new PrismaNeon({ connectionString: 'x' }) })
`,
      'app/api/edge/route.ts': `import { edge } from '../../../lib/edge'
export const runtime = 'edge'
export const GET = async () => Response.json(await edge.order.findMany())
`,
    },
  },
  {
    what: '`middleware.ts` of an app on Express',
    files: {
      'middleware.ts': `import { prisma } from './lib/prisma'
export function middleware() {
  return prisma.order.count()
}
`,
    },
  },
  {
    what: 'a module in a folder of scripts that others import',
    base: { ...HEALTHY, 'lib/prisma.ts': String(BROKEN.POOL_SIZE_UNSET.fixed['lib/prisma.ts']) },
    files: {
      'scripts/count.ts':
        "import { prisma } from '../lib/prisma'\nexport const count = () => prisma.order.count()\n",
    },
  },
  {
    what: 'a module of scripts that exports what it has queried',
    base: BROKEN.SCRIPT_KEEPS_CONNECTIONS.broken,
    files: {
      'scripts/report.ts':
        "import { prisma } from '../lib/prisma'\nexport const count = await prisma.order.count()\n",
    },
  },
  {
    what: 'a script whose pool does not hold it',
    base: BROKEN.SCRIPT_KEEPS_CONNECTIONS.broken,
    files: {
      'lib/prisma.ts': String(BROKEN.SCRIPT_KEEPS_CONNECTIONS.broken['lib/prisma.ts']).replace(
        'max: 5',
        'max: 5, allowExitOnIdle: true',
      ),
    },
  },
  {
    what: 'an exit of a script that has no `finally`',
    base: BROKEN.SCRIPT_SKIPS_FINALLY.broken,
    files: {
      'scripts/report.ts': `import { prisma } from '../lib/prisma'
async function main() {
  console.log(await prisma.order.count())
  await prisma.$disconnect()
}
main().catch(() => process.exit(1))
`,
    },
  },
  {
    what: 'a pool that is kept for all bundles',
    base: BROKEN.POOL_NOT_SHARED.broken,
    files: {
      'lib/prisma.ts': `${String(BROKEN.POOL_NOT_SHARED.broken['lib/prisma.ts'])}globalThis.pool = pool\n`,
    },
  },
  {
    what: 'Prisma 8',
    files: {
      'package.json': { dependencies: { '@prisma/client': '>=8', prisma: 'latest' } },
      'package-lock.json': {
        packages: {
          'node_modules/@prisma/client': { version: '8.0.0' },
          'node_modules/prisma': { version: '8.0.0' },
        },
      },
    },
  },
  {
    what: 'a script that `runScript` ends',
    base: BROKEN.SCRIPT_KEEPS_CONNECTIONS.broken,
    files: {
      'scripts/report.ts': `import { runScript } from '@oneprisma/client/script'
import { prisma } from '../lib/prisma'
await runScript(() => prisma.order.count())
`,
    },
  },
  {
    what: 'foreign keys of MySQL',
    base: BROKEN.AUTH_INDEX_MISSING.broken,
    files: {
      'prisma/schema.prisma': String(
        BROKEN.AUTH_INDEX_MISSING.broken['prisma/schema.prisma'],
      ).replace('postgresql', 'mysql'),
    },
  },
  {
    what: 'tables of the same names without NextAuth',
    base: BROKEN.AUTH_KEY_MISSING.broken,
    files: { 'package.json': HEALTHY['package.json'] ?? '' },
  },
  {
    what: 'a client that is committed, on Vercel',
    base: BROKEN.GENERATE_MISSING.broken,
    files: { 'generated/prisma/client.ts': 'export class PrismaClient {}\n' },
  },
  {
    what: 'a guard that holds in production too',
    base: BROKEN.GUARD_IN_DEVELOPMENT_ONLY.broken,
    files: {
      'lib/prisma.ts': String(BROKEN.GUARD_IN_DEVELOPMENT_ONLY.fixed['lib/prisma.ts']).replace(
        /\n$/,
        '\nif (process.env.NODE_ENV !== "production") console.log("started")\n',
      ),
    },
  },
  {
    what: 'the copy of pg that a job queue has for itself',
    base: BROKEN.DUPLICATE_PACKAGE.broken,
    files: {
      'package.json': {
        ...Object(BROKEN.DUPLICATE_PACKAGE.broken['package.json']),
        dependencies: { pg: '^8.23.1', 'pg-boss': '^11.0.0' },
      },
      'package-lock.json': {
        packages: {
          'node_modules/pg': { version: '8.23.1' },
          'node_modules/pg-boss': { version: '11.0.0', dependencies: { pg: '^8.16.0' } },
          'node_modules/pg-boss/node_modules/pg': { version: '8.16.3' },
        },
      },
    },
  },
  {
    what: 'a client whose schema differs by a comment alone',
    base: BROKEN.CLIENT_OUTDATED.broken,
    files: {
      'generated/prisma/internal/class.ts': String(
        BROKEN.CLIENT_OUTDATED.fixed['generated/prisma/internal/class.ts'],
      ).replace('model Order', '// The orders.\\n\\nmodel  Order'),
    },
  },
  {
    what: '`npx prisma` of the package that Prisma 2 had it in',
    files: {
      'package.json': {
        dependencies: { '@prisma/client': '^7.10.0' },
        devDependencies: { '@prisma/cli': '^2.12.0' },
        scripts: { setup: 'npx prisma generate' },
      },
    },
  },
  {
    what: 'clients of scripts that are run by hand',
    files: {
      'backfill-orders.ts': OWN_CLIENT,
      'backfill-users.ts': OWN_CLIENT,
    },
  },
  {
    what: 'a direct connection string of the schema beside the configuration',
    base: BROKEN.DIRECT_URL_MISSING.broken,
    files: {
      'prisma/schema.prisma': String(HEALTHY['prisma/schema.prisma']).replace(
        'provider = "postgresql"',
        'provider = "postgresql"\n  url = env("DATABASE_URL")\n  directUrl = env("DIRECT_URL")',
      ),
    },
  },
  {
    what: 'a range of peers that takes every major',
    files: {
      'packages/kit/package.json': { name: 'kit', peerDependencies: { '@prisma/client': '>=6' } },
    },
  },
]

interface FoundRow extends Row {
  readonly codes: readonly string[]
}

const FOUND: readonly FoundRow[] = [
  {
    what: 'a pool under another name',
    files: {
      'lib/pool.ts': `import { Pool as P } from 'pg'\nexport const pool = new P({ max: 1, statement_timeout: 1 })\n`,
    },
    codes: ['POOL_WAIT_UNBOUNDED'],
  },
  {
    what: 'a pool of the default export',
    files: {
      'lib/pool.ts': `import pg from 'pg'\nexport const pool = new pg.Pool({ max: 1, statement_timeout: 1 })\n`,
    },
    codes: ['POOL_WAIT_UNBOUNDED'],
  },
  {
    what: 'a pool of CommonJS',
    files: {
      'lib/pool.cjs': `const { Pool } = require('pg')\nmodule.exports = new Pool({ max: 1, statement_timeout: 1 })\n`,
    },
    codes: ['POOL_WAIT_UNBOUNDED'],
  },
  {
    what: 'a pool taken out of the default export',
    files: {
      'lib/pool.ts': `import pg from 'pg'\nconst { Pool: P } = pg\nexport const pool = new P({ max: 1, statement_timeout: 1 })\n`,
    },
    codes: ['POOL_WAIT_UNBOUNDED'],
  },
  {
    what: 'a wait of 0, which is none',
    files: pool('{ max: 1, statement_timeout: 1, connectionTimeoutMillis: 0 }'),
    codes: ['POOL_WAIT_UNBOUNDED'],
  },
  {
    what: 'an adapter that is given a string',
    files: {
      'lib/adapter.ts': `import { PrismaPg } from '@prisma/adapter-pg'\nexport const adapter = () => new PrismaPg(process.env.DATABASE_URL)\n`,
    },
    codes: ['POOL_SIZE_UNSET', 'POOL_WAIT_UNBOUNDED', 'STATEMENT_UNBOUNDED'],
  },
  {
    what: 'certificates that production alone does not verify',
    files: pool(
      `{ ${BOUNDED}, ssl: process.env.NODE_ENV === 'production' ? { rejectUnauthorized: false } : undefined }`,
    ),
    codes: ['TLS_VERIFICATION_OFF'],
  },
  {
    what: 'certificates that no connection of the process verifies',
    files: { '.env.production': 'NODE_TLS_REJECT_UNAUTHORIZED=0\n' },
    codes: ['TLS_VERIFICATION_OFF'],
  },
  {
    what: 'parameters of a connection string in the code',
    files: {
      'lib/adapter.ts': `import { PrismaPg } from '@prisma/adapter-pg'\nexport const adapter = (password: string) => new PrismaPg({ ${BOUNDED}, connectionString: \`postgresql://shop:\${password}@db.example.com/shop?pool_timeout=3\` })\n`,
    },
    codes: ['URL_PARAMETER_IGNORED'],
  },
  {
    what: 'parameters of a variable that a service of Nest reads',
    files: {
      'lib/adapter.ts': `import { PrismaPg } from '@prisma/adapter-pg'\nexport const adapter = (config) => new PrismaPg({ ${BOUNDED}, connectionString: config.get<string>('SHOP_URL') })\n`,
      '.env.example': `SHOP_URL=${URL}?connection_limit=3\n`,
    },
    codes: ['URL_PARAMETER_IGNORED'],
  },
  {
    what: 'parameters of a compose file',
    base: BROKEN.URL_PARAMETER_IGNORED.broken,
    files: {
      '.env.example': '',
      'compose.yaml': `services:\n  app:\n    environment:\n      DATABASE_URL: "${URL}?connection_limit=3"\n`,
    },
    codes: ['URL_PARAMETER_IGNORED'],
  },
  {
    what: 'a listener that logs all of its event',
    files: {
      'lib/log.ts': `import { prisma } from './prisma'\nprisma.$on('query', (event) => { console.log(event) })\n`,
    },
    codes: ['PARAMETERS_LOGGED'],
  },
  {
    what: 'a listener that takes the parameters out of its event',
    files: {
      'lib/log.ts': `import { prisma } from './prisma'\nconst listener = ({ query, params }) => logger.debug({ query, params })\nprisma.$on('query', listener)\n`,
    },
    codes: ['PARAMETERS_LOGGED'],
  },
  {
    what: '`errorFormat` of a subclass',
    files: {
      'lib/service.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
export class PrismaService extends PrismaClient {
  constructor(adapter: PrismaPg) {
    super({ adapter, errorFormat: 'colorless' })
  }
}
`,
    },
    codes: ['ERROR_FORMAT_PRINTS_ARGUMENTS'],
  },
  {
    what: 'a guard in two branches',
    base: HEALTHY_NEXT,
    files: {
      'lib/prisma.ts': String(BROKEN.GUARD_IN_DEVELOPMENT_ONLY.broken['lib/prisma.ts']).replace(
        /export const prisma =[^]*$/,
        `const make = () => new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
let prisma: PrismaClient
if (process.env.NODE_ENV === 'production') {
  prisma = new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
} else {
  globalForPrisma.prisma ??= new PrismaClient({ adapter: new PrismaPg(pgPool(process.env.DATABASE_URL).config) })
  prisma = globalForPrisma.prisma
}
export { prisma }
`,
      ),
    },
    codes: ['GUARD_IN_DEVELOPMENT_ONLY'],
  },
  {
    what: 'names behind a pooler, with settings that begin with those of `pgPool`',
    base: BROKEN.POOLER_NAMED_STATEMENTS.fixed,
    files: {
      ...HEALTHY,
      '.env.example': BROKEN.POOLER_NAMED_STATEMENTS.broken['.env.example'] ?? '',
      'lib/adapter.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { pgPool } from '@oneprisma/client/pg'
const { config } = pgPool(process.env.DATABASE_URL)
export const adapter = () => new PrismaPg({ ...config, max: 3 }, { statementNameGenerator: ({ sql }) => sql })
`,
    },
    codes: ['POOLER_NAMED_STATEMENTS'],
  },
  {
    what: 'a fleet behind a pooler',
    base: BROKEN.POOLER_SESSION_FEATURE.broken,
    files: {
      'lib/lock.ts': '',
      'lib/prisma.ts': `import { sharePrisma } from '@oneprisma/client'
import { withFleet } from '@oneprisma/client/fleet'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
export const prisma = sharePrisma(({ observe }) => {
  const { config } = pgPool(process.env.DATABASE_URL)
  return new PrismaClient({ adapter: observe(withFleet(new PrismaPg(config), { budget: 20 })) })
})
`,
    },
    codes: ['POOLER_SESSION_FEATURE'],
  },
  {
    what: 'an engine behind a pooler that it is not told of',
    base: {
      ...BROKEN.PRISMA_TOO_OLD.broken,
      'package.json': BROKEN.PRISMA_TOO_OLD.fixed['package.json'] ?? '',
    },
    files: { '.env': 'DATABASE_URL=postgresql://a:b@aws-0-eu.pooler.supabase.com:6543/postgres\n' },
    codes: ['POOLER_NAMED_STATEMENTS'],
  },
  {
    what: 'a download of the newest Prisma',
    files: { '.github/workflows/ci.yml': 'jobs:\n  - run: pnpm dlx prisma migrate deploy\n' },
    codes: ['INSTALL_UNPINNED'],
  },
  {
    what: 'processes of a start script',
    base: BROKEN.POOLS_EXCEED_DEFAULT.broken,
    files: {
      'ecosystem.config.cjs': '',
      'package.json': {
        name: 'shop',
        scripts: { start: 'pm2-runtime start server.js -i 32', postinstall: 'prisma generate' },
        dependencies: { '@prisma/client': '^7.10.0', '@prisma/adapter-pg': '^7.10.0' },
      },
    },
    codes: ['POOLS_EXCEED_DEFAULT'],
  },
  {
    what: 'a schema that has changed since the client was generated',
    base: BROKEN.CLIENT_OUTDATED.broken,
    files: {
      'generated/prisma/internal/class.ts': String(
        BROKEN.CLIENT_OUTDATED.fixed['generated/prisma/internal/class.ts'],
      ).replace('id Int', 'id BigInt'),
    },
    codes: ['CLIENT_OUTDATED'],
  },
  {
    what: 'a tag of the registry',
    files: { 'package.json': { dependencies: { '@prisma/client': 'next', prisma: '^7.0.0' } } },
    codes: ['VERSION_UNPINNED'],
  },
]

describe('doctor', () => {
  it.each(LEFT_ALONE)('leaves $what alone', async ({ files, base = HEALTHY }) => {
    expect(await codesIn({ ...base, ...files })).toEqual([])
  })

  it.each(FOUND)('finds $what', async ({ files, base = HEALTHY, codes }) => {
    expect((await codesIn({ ...base, ...files })).toSorted()).toEqual(codes)
  })
})
