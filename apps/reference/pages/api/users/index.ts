import { hash } from 'bcryptjs'
import { withContext } from '@oneprisma/client/context'
import { z } from 'zod'
import { requireAccess, requireUser } from '@/lib/access'
import { apiHandler, parseBody } from '@/lib/api-handler'
import { pageArguments, pageOf, pageQuery } from '@/lib/page-of'
import prisma from '@/lib/prisma'
import { publicUser } from '@/lib/public-user'

// bcrypt reads 72 bytes; a longer password would be cut off in silence.
const newUser = z.object({
  email: z.email().toLowerCase(),
  name: z.string().trim().min(1).max(100).optional(),
  password: z.string().min(12).max(72).optional(),
})

const handler = apiHandler({
  async GET(request, response) {
    requireAccess(await requireUser(request, response))
    const query = pageQuery.parse(request.query)
    const users = await prisma.user.findMany({
      ...pageArguments(query),
      select: publicUser,
      orderBy: { id: 'asc' },
    })
    response.json(pageOf(users, query.limit))
  },

  async POST(request, response) {
    requireAccess(await requireUser(request, response))
    const { email, name, password } = parseBody(request, newUser)
    const user = await prisma.user.create({
      data: {
        email,
        name: name ?? null,
        passwordHash: password === undefined ? null : await hash(password, 10),
      },
      select: publicUser,
    })
    response.setHeader('Location', `/api/users/${user.id}`)
    response.status(201).json(user)
  },
})

export default withContext(handler, { route: '/api/users' })
