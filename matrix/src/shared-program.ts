import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generatePrismaClient } from '@oneprisma/testing'
import type { CellFindings, CellTools } from './cell.ts'
import { runCommand } from './child.ts'

export type Generator = 'prisma-client' | 'prisma-client-js'

/** What the program of a cell is made of. */
export interface ProgramSetup {
  readonly generator: Generator
  readonly provider: 'postgresql' | 'mysql' | 'sqlite' | 'sqlserver'
  /** Prisma 6 wants the address in the schema, and to be told to do without its engine. */
  readonly isPrisma6?: boolean
  /** The imports of the adapter. */
  readonly imports: string
  /** The body of the factory; `PrismaClient` and `observe` are in scope. */
  readonly create: string
  /** A module of its own, `setup`, for what is opened once; the program calls its `close` at the end. */
  readonly setup?: string
  readonly tables: readonly string[]
  readonly poolMax: number | undefined
  /** The code that a unique violation has. @default 'P2002' */
  readonly uniqueViolation?: string
}

const PROGRAM = join(import.meta.dirname, '../programs/program.ts')

/** Generates the client of a cell and writes the program that uses it. */
export async function writeProgram(folder: string, setup: ProgramSetup): Promise<void> {
  await writeFile(join(folder, 'schema.prisma'), schemaOf(setup))
  await generate(folder)
  await writeFile(join(folder, 'client.ts'), clientOf(setup))
  await writeFile(join(folder, 'setup.ts'), setup.setup ?? 'export const close = undefined')
  await copyFile(PROGRAM, join(folder, 'program.ts'))
}

// Prisma 6 insists on a query engine too, although the client that is generated does without.
const ENGINE = 'PRISMA_QUERY_ENGINE_LIBRARY'

/** Generates the client of a folder's `schema.prisma`, without an engine, by the Prisma installed for `by`. */
export async function generate(folder: string, by: string = folder): Promise<void> {
  const before = process.env[ENGINE]
  process.env[ENGINE] ??= process.execPath
  try {
    await generatePrismaClient({ cwd: by, schema: join(folder, 'schema.prisma') })
  } finally {
    if (before === undefined) delete process.env[ENGINE]
  }
}

/** Runs the program of a cell to its end, which it has to find by itself. */
export async function runProgram(
  { folder, signal }: CellTools,
  env: Readonly<Record<string, string>>,
  command: readonly string[] = [process.execPath, '--import', 'tsx'],
): Promise<CellFindings['checks']> {
  const [runtime = '', ...flags] = command
  const output = await runCommand(runtime, [...flags, 'program.ts'], { cwd: folder, signal, env })
  return resultOf(output).checks
}

/** What a program printed as its one line of JSON. */
export function resultOf(output: string): CellFindings {
  const line = output.split('\n').find((text) => text.startsWith('{"checks":'))
  if (line === undefined) throw new Error(`The program printed no result: ${output.slice(-400)}`)
  // The line that the programs print.
  return {
    facts: {},
    ...(JSON.parse(line) as Partial<CellFindings> & Pick<CellFindings, 'checks'>),
  }
}

/** The tables of the schema in the SQL of Postgres. */
export const POSTGRES_TABLES = [
  'CREATE TABLE "Author" (id serial PRIMARY KEY, email text UNIQUE NOT NULL)',
  'CREATE TABLE "Post" (id serial PRIMARY KEY, title text NOT NULL, "authorId" int NOT NULL REFERENCES "Author" (id))',
] as const

/** The tables of the schema in the SQL of SQLite. */
export const SQLITE_TABLES = [
  'CREATE TABLE "Author" (id integer PRIMARY KEY AUTOINCREMENT, email text UNIQUE NOT NULL)',
  'CREATE TABLE "Post" (id integer PRIMARY KEY AUTOINCREMENT, title text NOT NULL, "authorId" int NOT NULL REFERENCES "Author" (id))',
] as const

/** The schema of every cell. */
export function schemaOf({
  generator,
  provider,
  isPrisma6,
}: Pick<ProgramSetup, 'generator' | 'provider' | 'isPrisma6'>): string {
  const output = generator === 'prisma-client' ? 'output = "./generated"' : ''
  const engine = isPrisma6 ? 'engineType = "client"' : ''
  const url = isPrisma6 ? 'url = env("DATABASE_URL")' : ''
  return `generator client {
  provider = "${generator}"
  ${output}
  ${engine}
}
datasource db {
  provider = "${provider}"
  ${url}
}
model Author {
  id    Int    @id @default(autoincrement())
  email String @unique
  posts Post[]
}
model Post {
  id       Int    @id @default(autoincrement())
  title    String
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}
`
}

function clientOf(setup: ProgramSetup): string {
  const from = setup.generator === 'prisma-client' ? './generated/client.ts' : '@prisma/client'
  return `import { sharePrisma } from '@oneprisma/client'
import { telemetry } from '@oneprisma/client/telemetry'
import { PrismaClient } from '${from}'
import * as setup from './setup.ts'
${setup.imports}

export const prisma = sharePrisma(({ observe }) => {
  ${setup.create}
}, { telemetry: telemetry({ log: false }) })
export const tables = ${JSON.stringify(setup.tables)}
export const poolMax = ${setup.poolMax}
export const uniqueViolation = '${setup.uniqueViolation ?? 'P2002'}'
export const { close } = setup
`
}
