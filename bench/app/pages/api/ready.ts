import type { NextApiHandler } from 'next'
import { clientOfRoute, readiness } from '../../lib/prisma'

const prisma = clientOfRoute()

const ask: NextApiHandler = async (_request, response) => {
  await prisma.$queryRaw`SELECT 1`
  response.json({ state: 'ready' })
}
export default readiness ?? ask
