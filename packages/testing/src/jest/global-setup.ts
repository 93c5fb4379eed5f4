import { testDatabase } from './index.ts'

/** The global set-up with the defaults: the migrations of `prisma/migrations`, and no seed. */
const setUp: (config: { readonly maxWorkers: number }) => Promise<void> = testDatabase()
export default setUp
