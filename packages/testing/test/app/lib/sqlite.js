// The shared module of an application on SQLite.
const { sharePrisma } = require('@oneprisma/client')
const { PrismaLibSql } = require('@prisma/adapter-libsql')
const { PrismaClient } = require('../generated/sqlite')

const prisma = sharePrisma(
  ({ observe }) =>
    new PrismaClient({ adapter: observe(new PrismaLibSql({ url: process.env.SQLITE_URL })) }),
  { name: 'sqlite' },
)
module.exports = { prisma }
