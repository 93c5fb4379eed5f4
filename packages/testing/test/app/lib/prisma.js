// The shared module of an application, which knows nothing of its tests.
const { sharePrisma } = require('@oneprisma/client')
const { pgPool } = require('@oneprisma/client/pg')
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated')

const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL, { app: 'shop' })
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
})
module.exports = { prisma }
