import plugin from '../src/index.ts'
import { commonJs, modules, typed } from './testers.ts'

const name = 'no-disconnect-in-request'
const rule = plugin.rules[name]
const route = 'app/api/users/route.ts'

modules.run(`${name}, ES modules`, rule, {
  valid: [
    {
      name: 'a script',
      filename: 'prisma/seed.mjs',
      code: `import { prisma } from '../lib/prisma.js'
async function main() { await prisma.user.count(); await prisma.$disconnect() }
main()`,
    },
    {
      name: 'a shutdown',
      filename: 'src/server.js',
      code: `import { prisma } from './prisma.js'
process.on('SIGTERM', async () => { await prisma.$disconnect(); process.exit(0) })
export async function shutdown() { await prisma.$disconnect() }`,
    },
    {
      name: 'a test',
      filename: 'test/users.test.js',
      code: `import { prisma } from '../lib/prisma.js'
it('counts', async () => { await prisma.user.count(); await prisma.$disconnect() })`,
    },
    {
      name: 'a template of a project',
      filename: 'templates/express/users.js',
      code: `import { prisma } from './prisma.js'
export async function list() { await prisma.$disconnect() }`,
    },
    {
      name: 'a client of the call itself',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
export async function GET() {
  const prisma = new PrismaClient()
  await prisma.$disconnect()
}`,
    },
    {
      name: 'something else that can disconnect',
      filename: route,
      code: `import { socket } from './socket'
export async function GET(prisma) { await socket.$disconnect(); await prisma.$disconnect() }`,
    },
    {
      name: 'a parameter that hides the shared client',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
export const close = async () => prisma.user.count()
export async function GET(prisma) { await prisma.$disconnect() }`,
    },
    {
      name: 'a guess that the settings replace',
      filename: route,
      settings: { oneprisma: { sharedModules: ['@acme/*'] } },
      code: `import { db } from '@/lib/db'
export async function GET() { await db.$disconnect() }`,
    },
  ],
  invalid: [
    {
      name: 'a handler that disconnects the imported client at its end',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'

export async function GET() {
  const users = await prisma.user.findMany()
  await prisma.$disconnect()
  return Response.json(users)
}`,
      errors: [
        {
          messageId: 'disconnect',
          data: { code: 'prisma.$disconnect' },
          line: 5,
          column: 9,
          suggestions: [
            {
              messageId: 'remove',
              data: { code: 'await prisma.$disconnect()' },
              output: `import { prisma } from '@/lib/prisma'

export async function GET() {
  const users = await prisma.user.findMany()
  return Response.json(users)
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a finally, by a renamed import and an alias',
      filename: route,
      code: `import { prisma as db } from '../../../lib/prisma.js'
export async function POST() {
  const client = db
  try { return await client.user.count() } finally { await client.$disconnect() }
}`,
      errors: [
        {
          messageId: 'disconnect',
          suggestions: [
            {
              messageId: 'remove',
              output: `import { prisma as db } from '../../../lib/prisma.js'
export async function POST() {
  const client = db
  try { return await client.user.count() } finally {  }
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a namespace, a chain and a method that is handed on',
      filename: route,
      code: `import * as db from '@/lib/db'
import client from '@/lib/prisma'
export async function GET() {
  await db.prisma.$disconnect()
  await client.user.count().finally(client.$disconnect)
  return client.$disconnect().catch(() => {})
}`,
      errors: [
        {
          messageId: 'disconnect',
          line: 4,
          data: { code: 'db.prisma.$disconnect' },
          suggestions: [
            {
              messageId: 'remove',
              output: `import * as db from '@/lib/db'
import client from '@/lib/prisma'
export async function GET() {
  await client.user.count().finally(client.$disconnect)
  return client.$disconnect().catch(() => {})
}`,
            },
          ],
        },
        { messageId: 'disconnect', line: 5, data: { code: 'client.$disconnect' }, suggestions: [] },
        { messageId: 'disconnect', line: 6, data: { code: 'client.$disconnect' }, suggestions: [] },
      ],
    },
    {
      name: 'a client of the module, which all its requests share',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export async function GET() { if (done) await prisma.$disconnect() }`,
      errors: [{ messageId: 'disconnect', suggestions: [] }],
    },
    {
      name: 'a client that sharePrisma made, under any name',
      filename: 'src/users.js',
      code: `import { sharePrisma as share } from '@oneprisma/client'
const store = share(() => make())
export const handler = async () => store.$disconnect()`,
      errors: [{ messageId: 'disconnect', suggestions: [] }],
    },
    {
      name: 'a module of the settings',
      filename: route,
      settings: { oneprisma: { sharedModules: ['@acme/*'] } },
      code: `import { store } from '@acme/store'
import client from '@acme/store'
export async function GET() { await client.$disconnect() }`,
      errors: [
        {
          messageId: 'disconnect',
          suggestions: [
            {
              messageId: 'remove',
              output: `import { store } from '@acme/store'
import client from '@acme/store'
export async function GET() {  }`,
            },
          ],
        },
      ],
    },
    {
      name: 'a client on the global object, and a line with another statement',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
globalThis.prisma ??= new PrismaClient()
export async function GET() {
  done(); await globalThis.prisma?.$disconnect()
}`,
      errors: [
        {
          messageId: 'disconnect',
          suggestions: [
            {
              messageId: 'remove',
              output: `import { PrismaClient } from '@prisma/client'
globalThis.prisma ??= new PrismaClient()
export async function GET() {
  done(); 
}`,
            },
          ],
        },
      ],
    },
    {
      name: 'a field that holds the shared client',
      filename: 'src/users.js',
      code: `import { prisma } from './lib/prisma.js'
export class Users {
  db = prisma
  async list() { return this.db.$disconnect() }
}`,
      errors: [{ messageId: 'disconnect', data: { code: 'this.db.$disconnect' }, suggestions: [] }],
    },
  ],
})

commonJs.run(`${name}, CommonJS`, rule, {
  valid: [
    {
      name: 'what another module exports',
      filename: 'controllers/users.js',
      code: `const mongo = require('../lib/mongo')
exports.list = async () => { await mongo.$disconnect() }`,
    },
  ],
  invalid: [
    {
      name: 'the client as module.exports, and destructured',
      filename: 'controllers/users.js',
      code: `const prisma = require('../lib/prisma')
const { prisma: db } = require('../lib/prisma')
exports.list = async () => { return [await prisma.$disconnect(), await db.$disconnect()] }`,
      errors: [
        { messageId: 'disconnect', data: { code: 'prisma.$disconnect' }, suggestions: [] },
        { messageId: 'disconnect', data: { code: 'db.$disconnect' }, suggestions: [] },
      ],
    },
  ],
})

typed.run(`${name}, TypeScript`, rule, {
  valid: [
    {
      name: 'a hook of the end',
      filename: 'src/app.ts',
      code: `import { prisma } from './prisma.ts'
app.addHook('onClose', async (): Promise<void> => { await prisma.$disconnect() })`,
    },
  ],
  invalid: [
    {
      name: 'a client under a cast',
      filename: route,
      code: `import prisma from '@/lib/prisma'
export async function GET(): Promise<void> {
  void (prisma as any).$disconnect()
}`,
      errors: [
        {
          messageId: 'disconnect',
          suggestions: [
            {
              messageId: 'remove',
              output: `import prisma from '@/lib/prisma'
export async function GET(): Promise<void> {
}`,
            },
          ],
        },
      ],
    },
  ],
})
