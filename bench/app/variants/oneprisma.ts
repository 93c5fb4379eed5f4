import { sharePrisma } from '@oneprisma/client'
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
