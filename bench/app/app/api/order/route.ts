import { after } from 'next/server'
import { clientOfRoute } from '../../../lib/prisma'

export const dynamic = 'force-dynamic'

const prisma = clientOfRoute()

/** Writes an id twice in a transaction that takes a while, and once more after the response. */
export async function POST(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const id = Number(searchParams.get('id'))
  const seconds = Number(searchParams.get('seconds') ?? 0)
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO bench_order VALUES (${id}, 'first')`
    if (seconds > 0) await tx.$executeRaw`SELECT pg_sleep(${seconds})`
    await tx.$executeRaw`INSERT INTO bench_order VALUES (${id}, 'second')`
  })
  after(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    await prisma.$executeRaw`INSERT INTO bench_order VALUES (${id}, 'after')`
  })
  return Response.json({ id })
}
