#!/usr/bin/env node
'use strict'
// Closes tickets that have waited for their customer for too long: run nightly by cron.
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated/prisma')

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

const days = Number(process.argv[2] || 14)

async function main() {
  const before = new Date(Date.now() - days * 24 * 60 * 60 * 1000)
  const { count } = await prisma.ticket.updateMany({
    where: { status: 'WAITING', updatedAt: { lt: before } },
    data: { status: 'CLOSED' },
  })
  console.log(`Closed ${count} tickets that waited for more than ${days} days`)
}

main()
  .then(() => prisma.$disconnect())
  .catch((e) => {
    console.error(e)
    process.exit(1)
  })
