import { createHmac, timingSafeEqual } from 'crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient, Prisma } from '@/generated/prisma'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

export const config = { api: { bodyParser: false } }

async function rawBody(req) {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function isSigned(body, header) {
  const expected = createHmac('sha256', process.env.PAYMENT_SECRET).update(body).digest()
  const given = Buffer.from(header || '', 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export default async function handler(req, res) {
  if (req.method !== 'POST') return res.status(405).end()

  const body = await rawBody(req)
  if (!isSigned(body, req.headers['x-signature'])) {
    return res.status(400).json({ error: 'Bad signature' })
  }

  const event = JSON.parse(body)
  const user = await prisma.user.findUnique({ where: { email: event.email } })
  if (!user) return res.status(404).json({ error: 'No such customer' })

  try {
    await prisma.$transaction(async (tx) => {
      await tx.payment.create({
        data: { id: event.id, cents: event.cents, plan: event.plan, userId: user.id },
      })
      await tx.user.update({ where: { id: user.id }, data: { plan: event.plan } })
    })
  } catch (error) {
    // the provider sends every event at least once
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
      return res.status(200).json({ received: true, duplicate: true })
    }
    throw error
  }
  res.status(200).json({ received: true })
}
