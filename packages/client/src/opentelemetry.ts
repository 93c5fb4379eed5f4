export { collectPrismaMetrics } from './collect-with-opentelemetry.ts'
export { repairPrismaSpans } from './repair-prisma-spans.ts'
export type { CollectPrismaMetricsOptions } from './collect-with-opentelemetry.ts'
export type { RepairPrismaSpansOptions } from './repair-prisma-spans.ts'
