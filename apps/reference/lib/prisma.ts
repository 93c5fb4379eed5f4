import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL, {
    app: 'oneprisma-reference',
  })
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
})
export default prisma
