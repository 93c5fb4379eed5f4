import { modelsOf } from '../../../lib/models'
import { clientOfRoute, edit } from '../../../lib/prisma'

export const dynamic = 'force-dynamic'

const prisma = clientOfRoute()

export async function GET(): Promise<Response> {
  return Response.json({ users: await prisma.user.count(), edit, models: modelsOf(prisma) })
}
