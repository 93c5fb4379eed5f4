import type { TestProject } from 'vitest/node'
import { testDatabase } from './index.ts'

/** The global set-up with the defaults: the migrations of `prisma/migrations`, and no seed. */
const setUp: (project: TestProject) => Promise<() => Promise<void>> = testDatabase()
export default setUp
