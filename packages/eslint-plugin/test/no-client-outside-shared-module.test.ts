import plugin from '../src/index.ts'
import { commonJs, modules, typed } from './testers.ts'

const name = 'no-client-outside-shared-module'
const rule = plugin.rules[name]
const route = 'app/api/users/route.ts'
const shared = { oneprisma: { sharedModule: '@/lib/prisma' } }

modules.run(`${name}, ES modules`, rule, {
  valid: [
    {
      name: 'the shared module itself',
      filename: 'lib/prisma.js',
      code: `import { PrismaClient } from '@prisma/client'
export const prisma = globalThis.prisma ?? new PrismaClient()
globalThis.prisma = prisma`,
    },
    {
      name: 'a shared module that the settings name',
      filename: 'src/server/store.js',
      settings: { oneprisma: { sharedModule: '@/server/store' } },
      code: `import { PrismaClient } from '@prisma/client'
export const store = new PrismaClient()`,
    },
    {
      name: 'a client that sharePrisma is given',
      filename: 'src/anything.js',
      code: `import { sharePrisma } from '@oneprisma/client'
import { PrismaClient } from '@prisma/client'
const prisma = sharePrisma(() => new PrismaClient())`,
    },
    {
      name: 'a class of the same name from elsewhere',
      filename: route,
      code: `import { PrismaClient } from './fake'
const prisma = new PrismaClient()`,
    },
    {
      name: 'a local class of the same name',
      filename: route,
      code: `class PrismaClient {}
const prisma = new PrismaClient()`,
    },
    {
      name: 'a parameter that hides the import',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
export const make = (PrismaClient) => { const prisma = new PrismaClient(); use(prisma) }`,
    },
    {
      name: 'a client of a test',
      filename: 'test/users.test.js',
      code: `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()`,
    },
    {
      name: 'a class that extends the client',
      filename: 'src/prisma.service.js',
      code: `import { PrismaClient } from '@prisma/client'
export class PrismaService extends PrismaClient {}`,
    },
    {
      name: 'a client of a request scope',
      filename: 'worker.js',
      code: `import { requestScope } from '@oneprisma/client/cloudflare'
import { PrismaClient } from './generated/prisma/client'
const { prisma, run } = requestScope((env) => new PrismaClient({ adapter: env.adapter }))`,
    },
    {
      name: 'clients per call, where another rule reports them',
      filename: route,
      options: [{ ignorePerRequest: true }],
      code: `import { PrismaClient } from '@prisma/client'
export async function GET() { const prisma = new PrismaClient(); return prisma.user.findMany() }
export class Users { prisma = new PrismaClient() }`,
    },
  ],
  invalid: [
    {
      name: 'a client of a route, by a renamed import',
      filename: route,
      code: `import { PrismaClient as Db } from '@prisma/client'
const db = new Db()
export const GET = () => db.user.findMany()`,
      errors: [
        {
          messageId: 'perBundle',
          data: { place: 'API route', advice: 'Import the shared client instead.' },
          line: 2,
          column: 12,
          endColumn: 20,
        },
      ],
    },
    {
      name: 'an import of the shared client is suggested where the setting names it',
      filename: route,
      settings: shared,
      code: `import { NextResponse } from "next/server";
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

export const GET = () => prisma.user.findMany();`,
      errors: [
        {
          messageId: 'perBundle',
          data: {
            place: 'API route',
            advice: 'Import the shared client from "@/lib/prisma" instead.',
          },
          suggestions: [
            {
              messageId: 'importShared',
              data: { from: '@/lib/prisma' },
              output: `import { NextResponse } from "next/server";
import { prisma } from "@/lib/prisma";

export const GET = () => prisma.user.findMany();`,
            },
          ],
        },
      ],
    },
    {
      name: 'the suggestion keeps the local name',
      filename: route,
      settings: shared,
      code: `import { PrismaClient } from '@prisma/client'
const db = new PrismaClient()
export const GET = () => db.user.findMany()`,
      errors: [
        {
          messageId: 'perBundle',
          suggestions: [
            {
              messageId: 'importShared',
              output: `import { prisma as db } from '@/lib/prisma'
export const GET = () => db.user.findMany()`,
            },
          ],
        },
      ],
    },
    {
      name: 'the suggestion imports the default where the setting says so',
      filename: route,
      settings: { oneprisma: { sharedModule: '@/lib/prisma', sharedExport: 'default' } },
      code: `import { PrismaClient } from '@prisma/client'
const db = new PrismaClient()
export const GET = () => db.user.findMany()`,
      errors: [
        {
          messageId: 'perBundle',
          suggestions: [
            {
              messageId: 'importShared',
              output: `import db from '@/lib/prisma'
export const GET = () => db.user.findMany()`,
            },
          ],
        },
      ],
    },
    {
      name: 'no suggestion where the import has more to it',
      filename: route,
      settings: shared,
      code: `import { PrismaClient, Prisma } from '@prisma/client'
const db = new PrismaClient()
export const GET = () => db.user.findMany(Prisma.skip)`,
      errors: [{ messageId: 'perBundle', suggestions: [] }],
    },
    {
      name: 'no suggestion where the declaration has more to it',
      filename: route,
      settings: shared,
      code: `import { PrismaClient } from '@prisma/client'
const one = 1, db = new PrismaClient()
export const GET = () => db.user.findMany(one)`,
      errors: [{ messageId: 'perBundle', suggestions: [] }],
    },
    {
      name: 'options are for a person to move',
      filename: 'src/services/users.js',
      settings: shared,
      code: `import { PrismaClient } from '@prisma/client'
const db = new PrismaClient({ log: ['query'] })
export const users = () => db.user.findMany()`,
      errors: [
        {
          messageId: 'perModule',
          data: {
            advice:
              'Move what is special about it to the shared module, and import the shared client from "@/lib/prisma" instead.',
          },
          suggestions: [],
        },
      ],
    },
    {
      name: 'a namespace, a chain of aliases, and a class field',
      filename: 'src/users.js',
      code: `import * as prismaModule from '@prisma/client'
const Alias = prismaModule.PrismaClient
const Other = Alias
const db = new Other()
export class Users { db = new prismaModule.PrismaClient() }
export const users = () => db.user.findMany()`,
      errors: [
        { messageId: 'perModule', line: 4 },
        {
          messageId: 'perObject',
          data: { name: '`Users`', advice: 'Import the shared client instead.' },
        },
      ],
    },
    {
      name: 'a client on every call',
      filename: 'pages/users.jsx',
      code: `import { PrismaClient } from '@prisma/client'
export const getServerSideProps = async () => {
  const prisma = new PrismaClient()
  return { props: { users: await prisma.user.findMany() } }
}
export default () => <p>users</p>`,
      errors: [
        {
          messageId: 'perCall',
          data: { name: '`getServerSideProps`', advice: 'Import the shared client instead.' },
        },
      ],
    },
    {
      name: 'a script',
      filename: 'prisma/seed.mjs',
      code: `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
await prisma.user.create({ data: {} })`,
      errors: [
        {
          messageId: 'perRun',
          data: { place: 'seed script', advice: 'Import the shared client instead.' },
        },
      ],
    },
    {
      name: 'a generated client, a dynamic import, and a module of the settings',
      filename: 'src/users.js',
      settings: { oneprisma: { clientModules: ['@acme/database-*'] } },
      code: `import { PrismaClient as One } from '../generated/prisma/client.js'
import { PrismaClient as Two } from '@acme/database-main'
const { PrismaClient: Three } = await import('.prisma/client')
const one = new One(), two = new Two()
const three = new Three()
export const all = () => [one.a.count(), two.a.count(), three.a.count()]`,
      errors: [
        { messageId: 'perModule', line: 4 },
        { messageId: 'perModule', line: 4 },
        { messageId: 'perModule', line: 5 },
      ],
    },
  ],
})

commonJs.run(`${name}, CommonJS`, rule, {
  valid: [
    {
      name: 'the shared module itself',
      filename: 'lib/prisma.js',
      code: `const { PrismaClient } = require('@prisma/client')
module.exports = new PrismaClient()`,
    },
    {
      name: 'a require of its own',
      filename: 'src/users.js',
      code: `const require = (name) => ({ PrismaClient: class {} })
const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()`,
    },
    {
      name: 'a lazy client of a shared module',
      filename: 'lib/db.js',
      code: `const { PrismaClient } = require('@prisma/client')
let prisma
function getPrisma() {
  if (!prisma) prisma = new PrismaClient()
  return prisma
}
module.exports = { getPrisma }`,
    },
  ],
  invalid: [
    {
      name: 'a destructured require and one that is not',
      filename: 'controllers/users.js',
      settings: shared,
      code: `const { PrismaClient: Db } = require('@prisma/client')
const client = require('@prisma/client')
const one = new Db()
const two = new client.PrismaClient
exports.list = () => [one.user.findMany(), two.user.findMany()]`,
      errors: [
        { messageId: 'perBundle', line: 3, suggestions: [] },
        { messageId: 'perBundle', line: 4, suggestions: [] },
      ],
    },
    {
      name: 'a client in a function that requires it',
      filename: 'src/app.js',
      code: `module.exports = function (app) {
  const { PrismaClient } = require('@prisma/client')
  const prisma = new PrismaClient()
  app.get('/', async () => prisma.user.findMany())
}`,
      errors: [
        {
          messageId: 'perCall',
          data: { name: 'this function', advice: 'Import the shared client instead.' },
        },
      ],
    },
  ],
})

typed.run(`${name}, TypeScript`, rule, {
  valid: [
    {
      name: 'a type is no client',
      filename: route,
      code: `import type { PrismaClient } from '@prisma/client'
export const users = (prisma: PrismaClient) => prisma.user.findMany()`,
    },
    {
      name: 'the guard of a shared module',
      filename: 'src/lib/prisma.ts',
      code: `import { PrismaClient } from '@prisma/client'
const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient }
export const prisma = globalForPrisma.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma`,
    },
  ],
  invalid: [
    {
      name: 'a class with decorators and a field',
      filename: 'src/users.service.ts',
      code: `import { PrismaClient } from '@prisma/client'
@Injectable()
export class Users {
  private readonly db: PrismaClient = new PrismaClient()
}`,
      errors: [{ messageId: 'perObject', line: 4 }],
    },
    {
      name: 'a client under a cast, by import equals',
      filename: 'src/users.ts',
      code: `import prismaModule = require('@prisma/client')
const db = new (prismaModule.PrismaClient as any)() as unknown
export const use = () => db`,
      errors: [{ messageId: 'perModule', line: 2 }],
    },
    {
      name: 'no suggestion where the class has another use',
      filename: route,
      settings: shared,
      code: `import { PrismaClient } from '@prisma/client'
const db: PrismaClient = new PrismaClient()
export const GET = () => db.user.findMany()`,
      errors: [{ messageId: 'perBundle', suggestions: [] }],
    },
    {
      name: 'a copied guard outside of the shared module',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client'
const g = globalThis as unknown as { prisma?: PrismaClient }
const prisma = g.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') g.prisma = prisma
export const GET = () => prisma.user.findMany()`,
      errors: [{ messageId: 'perBundle', line: 3 }],
    },
  ],
})
