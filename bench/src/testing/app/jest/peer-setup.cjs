// Without its own client, because that has no driver adapter, which Prisma 7 asks for.
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated')

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
jestPrisma.initializeClient(new PrismaClient({ adapter }))
globalThis.benchClient = jestPrisma.client
