import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/index.js'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

let running = true
process.on('SIGTERM', () => {
  running = false
})

async function notifyNext() {
  const ticket = await prisma.ticket.findFirst({
    where: { notifiedAt: null },
    orderBy: { id: 'asc' },
    include: { customer: true },
  })
  if (!ticket) return false
  console.log(`Telling the agents about #${ticket.id} from ${ticket.customer.email}`)
  await prisma.ticket.update({ where: { id: ticket.id }, data: { notifiedAt: new Date() } })
  return true
}

while (running) {
  if (await notifyNext()) continue
  if (process.argv.includes('--once')) break
  await sleep(1000)
}
await prisma.$disconnect()
