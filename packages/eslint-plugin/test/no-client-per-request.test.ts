import plugin from '../src/index.ts'
import { commonJs, modules, typed } from './testers.ts'

const name = 'no-client-per-request'
const rule = plugin.rules[name]
const route = 'app/api/users/route.ts'

modules.run(`${name}, ES modules`, rule, {
  valid: [
    {
      name: 'a client of the module',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export const GET = () => prisma.user.findMany()`,
    },
    {
      name: 'a local class of the same name',
      filename: route,
      code: `export function GET() { class PrismaClient {} ; const prisma = new PrismaClient(); use(prisma) }`,
    },
    {
      name: 'a client that is made once, on its first use',
      filename: 'src/users.js',
      code: `import { PrismaClient } from '@prisma/client'
let prisma
export function users() { prisma ??= new PrismaClient(); return prisma.user.findMany() }`,
    },
    {
      name: 'the lazy client of a shared module',
      filename: 'lib/prisma.js',
      code: `import { PrismaClient } from '@prisma/client'
let prisma
export function getPrisma() { if (!prisma) prisma = new PrismaClient(); return prisma }`,
    },
    {
      name: 'a factory',
      filename: 'src/tenants.js',
      code: `import { PrismaClient } from '@prisma/client'
export const clientOf = (adapter) => new PrismaClient({ adapter })`,
    },
    {
      name: 'a client that is shared',
      filename: 'src/anything.js',
      code: `import { sharePrisma } from '@oneprisma/client'
import { PrismaClient } from '@prisma/client'
export const prisma = sharePrisma(() => new PrismaClient())`,
    },
    {
      name: 'the service of a shared module',
      filename: 'src/prisma.service.js',
      code: `import { PrismaClient } from '@prisma/client'
export class PrismaService { client = new PrismaClient() }`,
    },
    {
      name: 'a template of a project',
      filename: 'templates/express/users.js',
      code: `import { PrismaClient } from '@prisma/client'
export async function list() { const prisma = new PrismaClient(); await prisma.user.count() }`,
    },
    {
      name: 'a client of a script, which is called once',
      filename: 'scripts/clean.mjs',
      code: `import { PrismaClient } from '@prisma/client'
async function main() { const prisma = new PrismaClient(); await prisma.user.deleteMany() }
main()`,
    },
    {
      name: 'a client of a test',
      filename: 'src/users.test.js',
      code: `import { PrismaClient } from '@prisma/client'
beforeEach(() => { const prisma = new PrismaClient(); use(prisma) })`,
    },
    {
      name: 'a client of edge code, which cannot outlive its request',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client/edge'
export const runtime = 'edge'
export async function GET() { const prisma = new PrismaClient(); return prisma.user.findMany() }`,
    },
  ],
  invalid: [
    {
      name: 'a handler, by a renamed import',
      filename: route,
      code: `import { PrismaClient as Db } from '@prisma/client'
export async function GET() {
  const db = new Db()
  return Response.json(await db.user.findMany())
}`,
      errors: [{ messageId: 'perCall', data: { name: '`GET`' }, line: 3, column: 14 }],
    },
    {
      name: 'a handler that is wrapped, with options',
      filename: route,
      code: `import * as p from '@prisma/client'
export const GET = wrap(async () => {
  const db = new p.PrismaClient({ log: ['query'] })
  return Response.json(await db.user.findMany())
})`,
      errors: [{ messageId: 'perCall', data: { name: '`GET`' } }],
    },
    {
      name: 'a field and a constructor',
      filename: 'src/users.js',
      code: `import { PrismaClient } from '@prisma/client'
export class Users { db = new PrismaClient() }
export class Orders { constructor() { this.db = new PrismaClient() } }`,
      errors: [
        { messageId: 'perObject', data: { name: '`Users`' } },
        { messageId: 'perObject', data: { name: '`Orders`' } },
      ],
    },
    {
      name: 'an alias chain, a subclass and a member of a client',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
class Extended extends PrismaClient {}
const Alias = Extended
export async function POST() {
  const db = new Alias()
  await db.user.create({ data: {} })
  await new PrismaClient().user.count()
}`,
      errors: [
        { messageId: 'perCall', line: 5 },
        { messageId: 'perCall', line: 7 },
      ],
    },
  ],
})

commonJs.run(`${name}, CommonJS`, rule, {
  valid: [
    {
      name: 'a client of the module',
      filename: 'controllers/users.js',
      code: `const { PrismaClient } = require('@prisma/client')
let prisma
exports.list = async () => { prisma = prisma || new PrismaClient(); return prisma.user.findMany() }`,
    },
  ],
  invalid: [
    {
      name: 'a function that requires and makes it',
      filename: 'controllers/users.js',
      code: `exports.list = async () => {
  const { PrismaClient } = require('@prisma/client')
  const prisma = new PrismaClient()
  return prisma.user.findMany()
}`,
      errors: [{ messageId: 'perCall', data: { name: '`list`' } }],
    },
  ],
})

typed.run(`${name}, TypeScript`, rule, {
  valid: [
    {
      name: 'a client that is given',
      filename: 'src/users.ts',
      code: `import type { PrismaClient } from '@prisma/client'
export class Users { constructor(private readonly db: PrismaClient) {} }`,
    },
  ],
  invalid: [
    {
      name: 'a method of a controller',
      filename: 'src/users.controller.ts',
      code: `import { PrismaClient } from '@prisma/client'
@Controller('users')
export class UsersController {
  @Get()
  async list(): Promise<unknown> {
    const prisma: PrismaClient = new PrismaClient()
    return prisma.user.findMany()
  }
}`,
      errors: [{ messageId: 'perCall', data: { name: '`list`' } }],
    },
    {
      name: 'a field without a name of its class',
      filename: 'src/users.ts',
      code: `import { PrismaClient } from '@prisma/client'
export default class { private db = new PrismaClient() }`,
      errors: [{ messageId: 'perObject', data: { name: 'this class' } }],
    },
  ],
})
