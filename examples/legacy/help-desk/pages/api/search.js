const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../../generated/prisma')

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

module.exports = async function handler(req, res) {
  const tickets = await prisma.ticket.findMany({
    where: { title: { contains: req.query.q || '', mode: 'insensitive' } },
    orderBy: { id: 'asc' },
    select: { id: true, title: true },
  })
  res.status(200).json(tickets)
}
