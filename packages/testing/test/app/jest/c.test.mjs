import { prisma } from '../lib/prisma.mjs'
import users from '../users.js'

users.testUsers(prisma, { test, afterAll, equal: (one, other) => expect(one).toBe(other) })
