const { sharePrisma } = require('@oneprisma/client')
const { pgPool } = require('@oneprisma/client/pg')
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated')

exports.prisma = sharePrisma(({ observe }) => {
  const { config, options } = pgPool(process.env.DATABASE_URL, { app: 'bench' })
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
})
