// The shared module of an application on PGlite.
const { PGlite } = require('@electric-sql/pglite')
const { sharePrisma } = require('@oneprisma/client')
const { PrismaPGlite } = require('pglite-prisma-adapter')
const { PrismaClient } = require('../generated')

const database = new PGlite()
const prisma = sharePrisma(
  ({ observe }) => new PrismaClient({ adapter: observe(new PrismaPGlite(database)) }),
  { name: 'pglite' },
)
module.exports = { prisma, database }
