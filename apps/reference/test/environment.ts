import { join } from 'node:path'
import { deployMigrations, generatePrismaClient, startPostgres } from '@oneprisma/testing'
import { runMigrations } from 'graphile-worker'
import type { TestProject } from 'vitest/node'
import { runProgram } from './program'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The connection string of the shop's database, migrated and seeded. */
    databaseUrl: string
  }
}

const app = join(import.meta.dirname, '..')

/** Builds the app, without a database, and prepares one for the tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await generatePrismaClient({ cwd: app })
  const build = await runProgram('next', ['build'], {
    DATABASE_URL: undefined,
    // For the tests that run server.js; `next start` runs what is built beside it.
    NEXT_OUTPUT: 'standalone',
  })
  if (build.code !== 0) throw new Error(`next build failed:\n${build.output}`)

  const postgres = await startPostgres()
  try {
    const url = await postgres.createDatabase('shop')
    await deployMigrations({ url, directory: join(app, 'prisma/migrations') })
    await runMigrations({ connectionString: url })
    const seed = await runProgram('tsx', ['prisma/seed.mjs'], { DATABASE_URL: url })
    if (seed.code !== 0) throw new Error(`The seed failed:\n${seed.output}`)
    project.provide('databaseUrl', url)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return () => postgres.stop()
}
