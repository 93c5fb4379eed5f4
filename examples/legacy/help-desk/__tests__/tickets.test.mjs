import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/index.js'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

after(() => prisma.$disconnect())

test('a new ticket is open', async () => {
  const customer = await prisma.user.findFirstOrThrow({ where: { isAgent: false } })

  const ticket = await prisma.ticket.create({
    data: { title: 'From a test', body: '-', customerId: customer.id },
  })

  assert.equal(ticket.status, 'OPEN')
  await prisma.ticket.delete({ where: { id: ticket.id } })
})
