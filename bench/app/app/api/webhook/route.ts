import { modelsOf } from '../../../lib/models'
import { clientOfRoute, edit } from '../../../lib/prisma'

export const dynamic = 'force-dynamic'

const prisma = clientOfRoute()

export async function GET(): Promise<Response> {
  const users = await prisma.$transaction(async (tx) => tx.user.count())
  return Response.json({ users, edit, models: modelsOf(prisma) })
}
