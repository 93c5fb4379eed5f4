export { collectPrismaMetrics } from './collect-prisma-metrics.ts'
export type { CollectPrismaMetricsOptions, PrometheusRegister } from './collect-prisma-metrics.ts'
