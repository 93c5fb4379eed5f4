import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

export const dynamic = 'force-dynamic'

export async function GET() {
  await prisma.$queryRaw`SELECT 1`
  return Response.json({ status: 'ok' })
}
