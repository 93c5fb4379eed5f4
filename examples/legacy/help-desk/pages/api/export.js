import { PrismaPg } from '@prisma/adapter-pg'
import * as Prisma from '../../generated/prisma'

const prisma = new Prisma.PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
})

export default async function handler(req, res) {
  const tickets = await prisma.ticket.findMany({
    orderBy: { id: 'asc' },
    include: { customer: true },
  })
  const lines = tickets.map((ticket) =>
    [ticket.id, ticket.status, ticket.customer.email, JSON.stringify(ticket.title)].join(','),
  )
  res.setHeader('Content-Type', 'text/csv; charset=utf-8')
  res.status(200).send(['id,status,customer,title', ...lines].join('\n') + '\n')
}
