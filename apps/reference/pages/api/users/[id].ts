import { withContext } from '@oneprisma/client/context'
import { z } from 'zod'
import { requireAccess, requireUser } from '@/lib/access'
import { apiHandler, parseBody } from '@/lib/api-handler'
import { HttpError } from '@/lib/http-error'
import prisma from '@/lib/prisma'
import { publicUser } from '@/lib/public-user'

const change = z.object({ name: z.string().trim().min(1).max(100) })

const handler = apiHandler({
  async GET(request, response) {
    const id = String(request.query.id)
    requireAccess(await requireUser(request, response), id)
    const user = await prisma.user.findUnique({ where: { id }, select: publicUser })
    if (!user) throw new HttpError(404, 'There is no such user.')
    response.json(user)
  },

  async PATCH(request, response) {
    const id = String(request.query.id)
    requireAccess(await requireUser(request, response), id)
    const data = parseBody(request, change)
    const [user] = await prisma.user.updateManyAndReturn({
      where: { id },
      data,
      select: publicUser,
    })
    if (!user) throw new HttpError(404, 'There is no such user.')
    response.json(user)
  },
})

export default withContext(handler, { route: '/api/users/[id]' })
