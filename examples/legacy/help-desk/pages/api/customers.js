import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const db = new PrismaClient({ adapter })

export default async function handler(req, res) {
  const customers = await db.user.findMany({
    where: { isAgent: false },
    orderBy: { email: 'asc' },
    select: {
      id: true,
      name: true,
      email: true,
      plan: true,
      _count: { select: { tickets: true } },
    },
  })
  res.json({ total: await db.user.count({ where: { isAgent: false } }), customers })
}
