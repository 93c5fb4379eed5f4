const { prisma } = require('../lib/prisma.js')
const { testUsers } = require('../users.js')

testUsers(prisma, { test, afterAll, equal: (one, other) => expect(one).toBe(other) })
