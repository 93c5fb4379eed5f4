import { getServerSession } from 'next-auth/next'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'
import { authOptions } from '../auth/[...nextauth]'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

export default async function handler(req, res) {
  if (req.method === 'GET') {
    const where = req.query.status ? { status: req.query.status } : {}
    const tickets = await prisma.ticket.findMany({
      where,
      orderBy: { id: 'asc' },
      include: { customer: { select: { name: true } }, _count: { select: { comments: true } } },
    })
    return res.status(200).json(tickets)
  }

  if (req.method === 'POST') {
    const session = await getServerSession(req, res, authOptions)
    if (!session) return res.status(401).json({ error: 'Sign in first' })

    const { title, body } = req.body
    if (!title || !body) return res.status(400).json({ error: 'A ticket needs a title and a body' })

    const ticket = await prisma.ticket.create({
      data: { title, body, customerId: session.user.id },
    })
    return res.status(201).json(ticket)
  }

  res.setHeader('Allow', 'GET, POST')
  res.status(405).end()
}
