import { PrismaPg } from '@prisma/adapter-pg'
import bcrypt from 'bcryptjs'
import { PrismaClient } from '../generated/prisma/index.js'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

const USERS = [
  { email: 'agnes@example.com', name: 'Agnes', isAgent: true },
  { email: 'chidi@example.com', name: 'Chidi', isAgent: false },
  { email: 'rosa@example.com', name: 'Rosa', isAgent: false },
]

const TICKETS = [
  {
    title: 'The printer is on fire',
    body: 'It was a paper jam at first.',
    from: 'chidi@example.com',
  },
  { title: 'Cannot reset my password', body: 'The mail never comes.', from: 'rosa@example.com' },
  { title: 'Invoice has the wrong address', body: 'We moved in May.', from: 'rosa@example.com' },
]

async function main() {
  const passwordHash = await bcrypt.hash('correct horse', 6)
  for (const user of USERS) {
    await prisma.user.upsert({
      where: { email: user.email },
      update: {},
      create: { ...user, passwordHash },
    })
  }
  if ((await prisma.ticket.count()) > 0) return
  for (const { from, ...ticket } of TICKETS) {
    await prisma.ticket.create({ data: { ...ticket, customer: { connect: { email: from } } } })
  }
  console.log(`Seeded ${USERS.length} users and ${TICKETS.length} tickets`)
}

main()
  .catch((e) => {
    console.error(e)
    process.exit(1)
  })
  .finally(async () => {
    await prisma.$disconnect()
  })
