import type { Cell, CellFindings, CellTools } from './cell.ts'
import { install, installedVersions } from './install.ts'
import { POSTGRES_TABLES, runProgram, writeProgram, type Generator } from './shared-program.ts'
import { isGoneWithin } from './wait.ts'

interface PrismaVersion {
  readonly name: string
  readonly prisma: string
  readonly client: string
  readonly adapter: string
}

/** The newest Prisma 7, of which the cells of other kinds are made. */
export const LATEST: PrismaVersion = {
  name: '7.10',
  prisma: '7.10.1',
  client: '7.10.0',
  adapter: '7.10.1',
}

const VERSIONS: readonly PrismaVersion[] = [
  { name: '6.16', prisma: '6.16.3', client: '6.16.3', adapter: '6.16.3' },
  { name: '6.19', prisma: '6.19.3', client: '6.19.3', adapter: '6.19.3' },
  { name: '7.0', prisma: '7.0.1', client: '7.0.1', adapter: '7.0.1' },
  LATEST,
]
const GENERATORS: readonly Generator[] = ['prisma-client', 'prisma-client-js']
const SESSIONS_GONE_MS = 5_000

/** Every version of Prisma with either generator, on Postgres. */
export const prismaCells: readonly Cell[] = VERSIONS.flatMap((version) =>
  GENERATORS.map((generator) => ({
    id: `prisma/${version.name}/${generator}`,
    kind: 'prisma' as const,
    title: `Prisma ${version.name}, \`${generator}\`, \`adapter-pg\``,
    run: (tools: CellTools) => runOnPostgres(tools, version, generator),
  })),
)

export interface PostgresRun {
  /** What is installed besides. */
  readonly dependencies?: Readonly<Record<string, string>>
  /** What runs the program; asked when all is installed. @default this Node.js, with tsx */
  readonly command?: () => readonly string[]
}

/** Installs a version of Prisma and runs the program on a database of its own. */
export async function runOnPostgres(
  tools: CellTools,
  version: PrismaVersion,
  generator: Generator,
  options: PostgresRun = {},
): Promise<CellFindings> {
  await using database = await tools.engines.postgres()
  await install(tools, {
    prisma: version.prisma,
    '@prisma/client': version.client,
    '@prisma/adapter-pg': version.adapter,
    tsx: '4.23.15',
    typescript: '5.9.3',
    ...options.dependencies,
  })
  await writeProgram(tools.folder, {
    generator,
    provider: 'postgresql',
    isPrisma6: version.name.startsWith('6.'),
    imports: `import { pgPool } from '@oneprisma/client/pg'\nimport { PrismaPg } from '@prisma/adapter-pg'`,
    create: `const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })`,
    tables: POSTGRES_TABLES,
    poolMax: 3,
  })
  const url = `${database.url}?connection_limit=3&application_name=matrix-cell`
  const checks = await runProgram(tools, { DATABASE_URL: url }, options.command?.())
  const isClosed = await isGoneWithin(SESSIONS_GONE_MS, () => database.sessions('matrix-cell'))
  return {
    checks: { ...checks, 'no session left': isClosed ? 'ok' : 'a session stayed at the server' },
    facts: await installedVersions(tools.folder, ['@prisma/client', '@prisma/adapter-pg', 'pg']),
  }
}
