import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CellNotRun, type Cell, type CellFindings, type CellTools } from './cell.ts'
import { runCommand } from './child.ts'
import { install, installedVersions } from './install.ts'
import { LATEST } from './prisma-cells.ts'
import {
  POSTGRES_TABLES,
  runProgram,
  SQLITE_TABLES,
  writeProgram,
  type ProgramSetup,
} from './shared-program.ts'

interface AdapterProgram {
  readonly dependencies: Readonly<Record<string, string>>
  readonly setup: Omit<ProgramSetup, 'generator'>
  readonly env?: Readonly<Record<string, string>>
  /** Further members of the cell's manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Makes what an install without scripts leaves out. */
  readonly build?: (tools: CellTools) => Promise<void>
}

const MARIADB_TABLES = [
  'CREATE TABLE `Author` (id int AUTO_INCREMENT PRIMARY KEY, email varchar(191) UNIQUE NOT NULL)',
  'CREATE TABLE `Post` (id int AUTO_INCREMENT PRIMARY KEY, title text NOT NULL, authorId int NOT NULL REFERENCES `Author` (id))',
]
const MSSQL_TABLES = [
  'CREATE TABLE [dbo].[Author] ([id] int IDENTITY(1,1) PRIMARY KEY, [email] nvarchar(191) UNIQUE NOT NULL)',
  'CREATE TABLE [dbo].[Post] ([id] int IDENTITY(1,1) PRIMARY KEY, [title] nvarchar(max) NOT NULL, [authorId] int NOT NULL REFERENCES [dbo].[Author] ([id]))',
]
const PROGRAMS = join(import.meta.dirname, '../programs')
const BETTER_SQLITE3 = '12.11.1'

/** Driver adapters other than pg's, on the newest Prisma 7. */
export const adapterCells: readonly Cell[] = [
  cell('mariadb', '`adapter-mariadb` on a MariaDB', onMariaDb),
  cell('better-sqlite3', '`adapter-better-sqlite3` on a file', onBetterSqlite3),
  cell('libsql', '`adapter-libsql` on a file', onLibSql),
  cell('pglite', '`pglite-prisma-adapter`, in the process', onPGlite),
  cell('neon', '`adapter-neon`, its WebSocket tunnelled to a Postgres', onNeon),
  cell(
    'planetscale',
    '`adapter-planetscale`, its protocol answered from a MariaDB by a server of our own',
    onPlanetScale,
  ),
  cell(
    'mssql',
    '`adapter-mssql`, its driver replaced by one of our own that answers from a Postgres',
    onMssql,
  ),
]

function cell(
  name: string,
  title: string,
  programOf: (tools: CellTools) => Promise<CellFindings>,
): Cell {
  return { id: `adapter/${name}`, kind: 'adapter', title, run: async (tools) => programOf(tools) }
}

async function run(tools: CellTools, program: AdapterProgram): Promise<CellFindings> {
  const { folder } = tools
  const dependencies = {
    prisma: LATEST.prisma,
    '@prisma/client': LATEST.client,
    tsx: '4.23.15',
    typescript: '5.9.3',
    ...program.dependencies,
  }
  await install(tools, dependencies, { manifest: program.manifest ?? {} })
  await program.build?.(tools)
  await writeProgram(folder, { generator: 'prisma-client', ...program.setup })
  return {
    checks: await runProgram(tools, program.env ?? {}),
    facts: await installedVersions(folder, [
      '@prisma/client',
      ...Object.keys(program.dependencies),
    ]),
  }
}

async function onMariaDb(tools: CellTools): Promise<CellFindings> {
  const { host, port, user } = await tools.engines.mariaDb()
  return run(tools, {
    dependencies: { '@prisma/adapter-mariadb': '7.10.0' },
    env: { MARIADB: JSON.stringify({ host, port, user, connectionLimit: 3 }) },
    setup: {
      provider: 'mysql',
      imports: `import { PrismaMariaDb } from '@prisma/adapter-mariadb'`,
      setup: `import { createConnection } from 'mariadb'
export const server = JSON.parse(process.env.MARIADB)
const admin = await createConnection(server)
await admin.query('CREATE DATABASE matrix_cell')
export const close = async () => {
  await admin.query('DROP DATABASE matrix_cell')
  await admin.end()
}`,
      create: `const adapter = new PrismaMariaDb({ ...setup.server, database: 'matrix_cell' })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: MARIADB_TABLES,
      poolMax: 3,
    },
  })
}

async function onPlanetScale(tools: CellTools): Promise<CellFindings> {
  const { host, port, user } = await tools.engines.mariaDb()
  return run(tools, {
    dependencies: { '@prisma/adapter-planetscale': '7.10.0', mariadb: '3.4.5' },
    env: { MARIADB: JSON.stringify({ host, port, user, connectionLimit: 5 }) },
    setup: {
      provider: 'mysql',
      imports: `import { PrismaPlanetScale } from '@prisma/adapter-planetscale'`,
      setup: await readFile(join(PROGRAMS, 'planetscale.ts'), 'utf8'),
      create: `const adapter = new PrismaPlanetScale({ url: 'https://u:p@localhost', fetch: setup.answer })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: MARIADB_TABLES,
      poolMax: undefined,
    },
  })
}

async function onBetterSqlite3(tools: CellTools): Promise<CellFindings> {
  return run(tools, {
    dependencies: {
      '@prisma/adapter-better-sqlite3': '7.10.0',
      'better-sqlite3': BETTER_SQLITE3,
    },
    build: buildBetterSqlite3,
    setup: {
      provider: 'sqlite',
      imports: `import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'`,
      create: `const adapter = new PrismaBetterSqlite3({ url: 'file:./cell.db' })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: SQLITE_TABLES,
      poolMax: undefined,
    },
  })
}

/** It is compiled with the headers beside Node, where they are; else its own script looks for a build. */
async function buildBetterSqlite3({ folder, signal }: CellTools): Promise<void> {
  const prefix = join(dirname(process.execPath), '..')
  const env: Record<string, string> = existsSync(join(prefix, 'include/node/node.h'))
    ? { npm_config_nodedir: prefix }
    : {}
  try {
    await runCommand('npm', ['rebuild', 'better-sqlite3'], { cwd: folder, signal, env })
  } catch (cause) {
    signal.throwIfAborted()
    throw new CellNotRun('better-sqlite3 has no build here, and could not be compiled.', { cause })
  }
}

async function onLibSql(tools: CellTools): Promise<CellFindings> {
  return run(tools, {
    dependencies: { '@prisma/adapter-libsql': '7.10.0' },
    setup: {
      provider: 'sqlite',
      imports: `import { PrismaLibSql } from '@prisma/adapter-libsql'`,
      create: `const adapter = new PrismaLibSql({ url: 'file:./cell.db' })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: SQLITE_TABLES,
      poolMax: undefined,
    },
  })
}

async function onPGlite(tools: CellTools): Promise<CellFindings> {
  return run(tools, {
    dependencies: { '@electric-sql/pglite': '0.5.14', 'pglite-prisma-adapter': '0.7.2' },
    setup: {
      provider: 'postgresql',
      imports: `import { PrismaPGlite } from 'pglite-prisma-adapter'`,
      setup: `import { PGlite } from '@electric-sql/pglite'
export const database = new PGlite()
export const close = () => database.close()`,
      create: `return new PrismaClient({ adapter: observe(new PrismaPGlite(setup.database)) })`,
      tables: POSTGRES_TABLES,
      poolMax: undefined,
    },
  })
}

async function onNeon(tools: CellTools): Promise<CellFindings> {
  await using database = await tools.engines.postgres()
  return await run(tools, {
    dependencies: { '@prisma/adapter-neon': '7.10.0', ws: '8.18.3' },
    env: { DATABASE_URL: database.url },
    setup: {
      provider: 'postgresql',
      imports: `import { PrismaNeon } from '@prisma/adapter-neon'`,
      // Neon's driver speaks Postgres over WebSockets; its own proxy does no more than this.
      setup: `import { connect } from 'node:net'
import { once } from 'node:events'
import { neonConfig } from '@neondatabase/serverless'
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws'
const { hostname, port } = new URL(process.env.DATABASE_URL)
const tunnel = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(tunnel, 'listening')
tunnel.on('connection', (socket) => {
  const web = createWebSocketStream(socket)
  const server = connect(Number(port), hostname)
  web.pipe(server).pipe(web)
  for (const end of [web, server]) end.on('error', () => {})
})
neonConfig.webSocketConstructor = WebSocket
neonConfig.wsProxy = () => '127.0.0.1:' + tunnel.address().port
neonConfig.useSecureWebSocket = false
neonConfig.pipelineTLS = false
neonConfig.pipelineConnect = false
export const close = async () => void tunnel.close()`,
      create: `const adapter = new PrismaNeon({ connectionString: process.env.DATABASE_URL, max: 3 })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: POSTGRES_TABLES,
      poolMax: 3,
    },
  })
}

async function onMssql(tools: CellTools): Promise<CellFindings> {
  await using database = await tools.engines.postgres()
  const driver = join(tools.folder, 'mssql')
  await mkdir(driver)
  await copyFile(join(PROGRAMS, 'mssql.ts'), join(driver, 'mssql.ts'))
  const manifest = { name: 'mssql', version: '0.0.0', type: 'module', exports: './mssql.ts' }
  await writeFile(join(driver, 'package.json'), JSON.stringify(manifest))
  return await run(tools, {
    dependencies: { '@prisma/adapter-mssql': '7.10.0', pg: '8.23.1' },
    manifest: { overrides: { mssql: 'file:./mssql' } },
    env: { DATABASE_URL: database.url },
    setup: {
      provider: 'sqlserver',
      imports: `import { PrismaMssql } from '@prisma/adapter-mssql'`,
      create: `const adapter = new PrismaMssql({ server: 'localhost', pool: { max: 3 } })
  return new PrismaClient({ adapter: observe(adapter) })`,
      tables: MSSQL_TABLES,
      poolMax: 3,
    },
  })
}
