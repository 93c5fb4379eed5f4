import { withContext } from '@oneprisma/client/context'
import { requireUser } from '@/lib/access'
import { apiHandler, parseBody } from '@/lib/api-handler'
import { newOrder, placeOrder } from '@/lib/orders'
import { pageArguments, pageOf, pageQuery } from '@/lib/page-of'
import prisma from '@/lib/prisma'

const handler = apiHandler({
  async GET(request, response) {
    const user = await requireUser(request, response)
    const query = pageQuery.parse(request.query)
    const orders = await prisma.order.findMany({
      ...pageArguments(query),
      where: user.role === 'ADMIN' ? {} : { userId: user.id },
      include: { items: true },
      orderBy: { id: 'asc' },
    })
    response.json(pageOf(orders, query.limit))
  },

  async POST(request, response) {
    const user = await requireUser(request, response)
    const order = await placeOrder(user.id, parseBody(request, newOrder))
    response.setHeader('Location', `/api/orders/${order.id}`)
    response.status(201).json(order)
  },
})

export default withContext(handler, { route: '/api/orders' })
