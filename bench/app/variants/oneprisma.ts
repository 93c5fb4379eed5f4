import { sharePrisma } from '@oneprisma/client'
import { readinessRoute } from '@oneprisma/client/health'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/client'
import { traced } from './trace'

export const edit = 0

const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL, {
    applicationName: process.env.BENCH_NAME ?? 'bench',
  })
  return traced(
    new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions }),
  )
})

export function clientOfRoute() {
  return prisma
}

export const readiness = readinessRoute(prisma).handler

export async function endWithServer(): Promise<void> {
  const { closeWithNext } = await import('@oneprisma/client/next')
  closeWithNext({ readinessDelayMs: Number(process.env.BENCH_READINESS_DELAY_MS ?? 0) })
}
