import { getServerSession } from 'next-auth/next'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'
import { authOptions } from '../auth/[...nextauth]'

// avoid too many clients in development
const globalForPrisma = globalThis
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = globalForPrisma.prisma || new PrismaClient({ adapter })
if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma

export default async function handler(req, res) {
  const id = Number(req.query.id)

  if (req.method === 'GET') {
    const ticket = await prisma.ticket.findUnique({
      where: { id },
      include: { comments: { orderBy: { id: 'asc' } } },
    })
    if (!ticket) return res.status(404).json({ error: 'No such ticket' })
    return res.status(200).json(ticket)
  }

  const session = await getServerSession(req, res, authOptions)
  if (!session) return res.status(401).json({ error: 'Sign in first' })

  if (req.method === 'PATCH') {
    try {
      const ticket = await prisma.ticket.update({
        where: { id },
        data: { status: req.body.status },
      })
      return res.status(200).json(ticket)
    } catch (error) {
      if (error.code === 'P2025') return res.status(404).json({ error: 'No such ticket' })
      throw error
    }
  }

  if (req.method === 'DELETE') {
    if (!session.user.isAgent) return res.status(403).json({ error: 'Agents only' })
    const { count } = await prisma.ticket.deleteMany({ where: { id } })
    return res.status(count ? 204 : 404).end()
  }

  res.setHeader('Allow', 'GET, PATCH, DELETE')
  res.status(405).end()
}
