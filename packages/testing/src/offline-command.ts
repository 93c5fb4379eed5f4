import { parseArgs } from 'node:util'
import { deployMigrations } from './deploy-migrations.ts'
import { TestingError } from './errors.ts'
import { generatePrismaClient } from './generate-prisma-client.ts'

const USAGE = `Usage: oneprisma-offline generate [arguments of prisma generate]
       oneprisma-offline migrate [--directory prisma/migrations]

Prisma's commands for a machine that cannot download its engines. \`migrate\` applies migrations to
DATABASE_URL as \`prisma migrate deploy\` does.`

const [command, ...args] = process.argv.slice(2)
try {
  process.exitCode = await run()
} catch (error) {
  // Errors of ours are meant to be read; any other shows where it comes from.
  console.error(error instanceof TestingError ? `${error.code}: ${error.message}` : error)
  process.exitCode = 2
}

async function run(): Promise<number> {
  if (command === 'generate') {
    await generatePrismaClient({ cwd: process.cwd(), args })
    console.error('Prisma Client was generated.')
    return 0
  }
  if (command === 'migrate') return migrate()

  console.error(USAGE)
  return 2
}

async function migrate(): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { directory: { type: 'string', default: 'prisma/migrations' } },
  })
  const url = process.env['DATABASE_URL']
  if (!url) {
    console.error('DATABASE_URL is not set. Set it to the database that shall be migrated.')
    return 2
  }
  const { applied, notInDirectory } = await deployMigrations({ url, directory: values.directory })
  for (const name of applied) console.log(name)
  for (const name of notInDirectory) {
    console.error(`${name} is in the database, but not in ${values.directory}.`)
  }
  console.error(applied.length > 0 ? `${applied.length} applied.` : 'Nothing to apply.')
  return 0
}
