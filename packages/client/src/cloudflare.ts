export { runWithPrisma } from './run-with-prisma.ts'
export type { ExecutionContext, RequestClient, RunWithPrismaOptions } from './run-with-prisma.ts'
