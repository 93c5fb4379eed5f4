import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { telemetry } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'

const app = 'oneprisma-reference'

export const prisma = sharePrisma(
  ({ observe }) => {
    const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL, { app })
    return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
  },
  { telemetry: telemetry({ comments: { app } }) },
)
export default prisma
