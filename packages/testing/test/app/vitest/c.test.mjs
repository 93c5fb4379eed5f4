import { afterAll, expect, test } from 'vitest'
import { prisma } from '../lib/prisma.mjs'
import { testUsers } from '../users.js'

testUsers(prisma, { test, afterAll, equal: (one, other) => expect(one).toBe(other) })
