import { equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { prisma } from '../lib/prisma.mjs'
import { testUsers } from '../users.js'

testUsers(prisma, { test, equal, afterAll: after })
