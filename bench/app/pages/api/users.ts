import type { NextApiHandler } from 'next'
import { modelsOf } from '../../lib/models'
import { clientOfRoute, edit } from '../../lib/prisma'

const routeEdit = 0
const prisma = clientOfRoute()

const handler: NextApiHandler = async (_request, response) => {
  response.json({ users: await prisma.user.count(), edit, routeEdit, models: modelsOf(prisma) })
}
export default handler
