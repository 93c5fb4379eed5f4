import { withContext } from '@oneprisma/client/context'
import { requireAccess, requireUser } from '@/lib/access'
import { apiHandler } from '@/lib/api-handler'
import { HttpError } from '@/lib/http-error'
import prisma from '@/lib/prisma'

const handler = apiHandler({
  async GET(request, response) {
    const user = await requireUser(request, response)
    const order = await prisma.order.findUnique({
      where: { id: String(request.query.id) },
      include: { items: true, payments: { orderBy: { occurredAt: 'asc' } } },
    })
    if (!order) throw new HttpError(404, 'There is no such order.')
    requireAccess(user, order.userId)
    response.json(order)
  },
})

export default withContext(handler, { route: '/api/orders/[id]' })
