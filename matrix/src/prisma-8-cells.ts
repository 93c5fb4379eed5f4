import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cell, CellFindings, CellTools } from './cell.ts'
import { runCommand } from './child.ts'
import { install, installedVersions } from './install.ts'
import { LATEST } from './prisma-cells.ts'
import { POSTGRES_TABLES, resultOf, writeProgram } from './shared-program.ts'

const PROGRAM = join(import.meta.dirname, '../programs/prisma-8.mjs')

// What docs/compatibility.md tells in prose; where it is no longer so, the page is to be written anew.
const TOLD: Readonly<Record<string, string | number>> = {
  'units of work are counted': 'no',
  'transactions are counted as units': 'yes',
  'telemetry of operations': 'no',
  'queries and pool in status': 'no',
  'fingerprint by option': 'yes',
  'a new contract makes a new generation': 'no',
  'a new contract makes a new generation, with the option': 'yes',
  'drain refuses new work': 'no',
  'drain lets an open transaction finish': 'yes',
  'drain closes a pool that was given': 'no',
  'keeps to a pool of pg that was given': 'yes',
  'sessions of version 8 after the drain': 0,
}

/** The release candidate of Prisma 8 in a shared handle, beside a version 7 client on one database. */
export const prisma8Cells: readonly Cell[] = [
  {
    id: 'prisma-8/orm-postgres',
    kind: 'prisma 8',
    title: '`@prisma/orm-postgres`, alone and beside Prisma 7 on one database',
    run: runBeside,
  },
]

async function runBeside(tools: CellTools): Promise<CellFindings> {
  const { folder, engines, signal } = tools
  await using database = await engines.postgres()
  await install(tools, {
    prisma: LATEST.prisma,
    '@prisma/client': LATEST.client,
    '@prisma/adapter-pg': LATEST.adapter,
    '@prisma/orm-postgres': '8.0.0-rc.13',
    pg: '8.22.0',
    tsx: '4.23.15',
    typescript: '5.9.3',
  })
  await writeProgram(folder, {
    generator: 'prisma-client',
    provider: 'postgresql',
    imports: `import { pgPool } from '@oneprisma/client/pg'\nimport { PrismaPg } from '@prisma/adapter-pg'`,
    create: `const { config, options } = pgPool(process.env.DATABASE_URL)
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })`,
    tables: POSTGRES_TABLES,
    poolMax: 3,
  })
  await copyFile(PROGRAM, join(folder, 'prisma-8.mjs'))
  const output = await runCommand(process.execPath, ['--import', 'tsx', 'prisma-8.mjs'], {
    cwd: folder,
    signal,
    env: { DATABASE_URL: `${database.url}?connection_limit=3` },
  })
  const { checks, facts } = resultOf(output)
  const versions = await installedVersions(folder, ['@prisma/orm-postgres', '@prisma/client'])
  const changed = Object.entries(TOLD).filter(([name, told]) => facts[name] !== told)
  const isAsTold = changed.map(([name]) => `${name}: ${facts[name]}`).join(', ') || 'ok'
  return { checks: { ...checks, 'as the page tells': isAsTold }, facts: { ...versions, ...facts } }
}
