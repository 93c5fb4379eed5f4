import { getServerSession } from 'next-auth/next'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'
import { authOptions } from './auth/[...nextauth]'

// avoid too many clients in development
const globalForPrisma = globalThis
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = globalForPrisma.prisma || new PrismaClient({ adapter })
if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma

export default async function handler(req, res) {
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST')
    return res.status(405).end()
  }

  const session = await getServerSession(req, res, authOptions)
  if (!session) return res.status(401).json({ error: 'Sign in first' })

  const { ticketId, text } = req.body
  const [comment] = await prisma.$transaction([
    prisma.comment.create({ data: { ticketId, text, authorId: session.user.id } }),
    prisma.ticket.update({
      where: { id: ticketId },
      data: { status: session.user.isAgent ? 'WAITING' : 'OPEN' },
    }),
  ])
  res.status(201).json(comment)
}
