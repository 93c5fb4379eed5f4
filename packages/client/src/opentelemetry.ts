export { repairPrismaSpans } from './repair-prisma-spans.ts'
export type { RepairPrismaSpansOptions } from './repair-prisma-spans.ts'
