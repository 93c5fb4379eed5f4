import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A small application in many dialects, with something for each rule and something for none. */
export const PROJECT: Readonly<Record<string, string>> = {
  'lib/prisma.ts': `import { PrismaClient } from '@prisma/client'
const g = globalThis as unknown as { prisma?: PrismaClient }
export const prisma = g.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') g.prisma = prisma
`,
  'app/api/users/route.ts': `import { PrismaClient } from '@prisma/client'

const db = new PrismaClient()

export async function GET(): Promise<Response> {
  return Response.json(await db.user.findMany())
}
`,
  'app/api/orders/route.ts': `import { withContext } from '@oneprisma/client/context'
import prisma from '@/lib/prisma'

export const POST = withContext(async () => {
  prisma.order.create({ data: {} })
  await (prisma as any).$disconnect()
  return new Response()
})
`,
  'app/api/edge/route.ts': `import { prisma as db } from '@/lib/prisma'
export const runtime = 'edge' as const
export const GET = () => db.user.count()
`,
  'src/users.service.ts': `import * as generated from '../generated/prisma/client'
@Injectable()
export class Users {
  private readonly 数据 = new generated.PrismaClient() // 🙂
}
`,
  'pages/users.jsx': `import { PrismaClient as Client } from '@prisma/client'
export const getServerSideProps = async () => {
  const prisma = new Client()
  return { props: { users: await prisma.user.findMany() } }
}
export default ({ users }) => <ul>{users.length}</ul>
`,
  'controllers/orders.js': `const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()
exports.list = async () => {
  const orders = await prisma.order.findMany()
  await prisma.$disconnect()
  return orders
}
`,
  'controllers/cart.cjs': `'use strict'
const prisma = require('../lib/prisma')
exports.cart = async () => {
  try { return await prisma.cart.count() } finally { await prisma.$disconnect() }
}
`,
  'prisma/seed.mjs': `#!/usr/bin/env node
import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
await prisma.user.create({ data: {} })
await prisma.$disconnect()
`,
  'test/users.test.js': `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
afterEach(() => prisma.$disconnect())
`,
  'src/other.js': `class PrismaClient {}
export const handler = () => { const client = new PrismaClient(); return client.$disconnect() }
`,
}

/** What there is to be found in it. */
export const EXPECTED: readonly string[] = [
  'app/api/edge/route.ts:1:10 no-prisma-in-edge',
  'app/api/orders/route.ts:5:3 no-escaping-promise',
  'app/api/orders/route.ts:6:9 no-disconnect-in-request',
  'app/api/users/route.ts:3:12 no-client-outside-shared-module',
  'controllers/cart.cjs:4:60 no-disconnect-in-request',
  'controllers/orders.js:2:16 no-client-outside-shared-module',
  'controllers/orders.js:5:9 no-disconnect-in-request',
  'pages/users.jsx:3:18 no-client-per-request',
  'prisma/seed.mjs:3:16 no-client-outside-shared-module',
  'src/users.service.ts:4:25 no-client-per-request',
]

export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

export function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
