// The shared module of an application, which knows nothing of its tests.
import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import generated from '../generated/index.js'

export const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL, { app: 'shop' })
  const adapter = observe(new PrismaPg(config, options))
  return new generated.PrismaClient({ adapter, transactionOptions })
})
