import plugin from '../src/index.ts'
import { commonJs, modules, typed } from './testers.ts'

const name = 'no-prisma-in-edge'
const rule = plugin.rules[name]
const route = 'app/api/users/route.ts'

modules.run(`${name}, ES modules`, rule, {
  valid: [
    {
      name: 'code of Node.js',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
export const runtime = 'nodejs' // not 'edge'
export const GET = () => prisma.user.findMany()`,
    },
    {
      name: 'a client for edge runtimes',
      filename: route,
      code: `import { PrismaClient } from '@prisma/client/edge'
import { PrismaClient as Wasm } from '@prisma/client/wasm'
import { PrismaClient as Generated } from '@/generated/prisma/edge.js'
export const runtime = 'edge'
export const GET = () => [new PrismaClient(), new Wasm(), new Generated()]`,
    },
    {
      name: 'a client that the settings name, class and shared',
      filename: route,
      settings: { oneprisma: { edgeModules: ['@/generated/prisma/**', '@/lib/prisma-edge'] } },
      code: `import { PrismaClient } from '@/generated/prisma/client'
import { prisma } from '@/lib/prisma-edge'
export const runtime = 'edge'
export const GET = () => [new PrismaClient(), prisma]`,
    },
    {
      name: 'a client of each request',
      filename: route,
      code: `import { requestScope } from '@oneprisma/client/cloudflare'
import { PrismaClient } from '@/generated/prisma/client'
export const runtime = 'edge'
const { run } = requestScope((env) => new PrismaClient(env))`,
    },
    {
      name: 'what else Prisma exports',
      filename: route,
      code: `import { Role, Prisma } from '@prisma/client'
export const runtime = 'edge'
export const GET = () => [Role.ADMIN, Prisma.sql]`,
    },
    {
      name: 'a module whose name only may be that of Prisma',
      filename: route,
      code: `import { db } from '@/lib/db'
export const runtime = 'edge'
export const GET = () => db.select()`,
    },
    {
      name: 'the proxy of Next.js 16, which runs on Node.js',
      filename: 'proxy.ts',
      code: `import { prisma } from '@/lib/prisma'
export function proxy() { return prisma.user.count() }
export const config = { matcher: '/' }`,
    },
    {
      name: 'middleware of Next.js that chooses Node.js',
      filename: 'src/middleware.ts',
      code: `import { prisma } from '@/lib/prisma'
export function middleware() { return prisma.user.count() }
export const config = { runtime: 'nodejs' }`,
    },
    {
      name: 'middleware of Express',
      filename: 'src/middleware.js',
      code: `import { prisma } from './lib/prisma.js'
export function authenticate(request, response, next) { prisma.user.count().then(next) }`,
    },
    {
      name: 'middleware of Express as a default export',
      filename: 'src/middleware.js',
      code: `import { prisma } from './lib/prisma.js'
export default (request, response, next) => { prisma.user.count().then(next) }`,
    },
    {
      name: 'a local runtime',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
const runtime = 'edge'
export const GET = () => prisma.user.findMany(runtime)`,
    },
    {
      name: 'a local class of the same name',
      filename: route,
      code: `class PrismaClient {}
export const runtime = 'edge'
export const GET = () => new PrismaClient()`,
    },
  ],
  invalid: [
    {
      name: 'the class, by a renamed import',
      filename: route,
      code: `import { PrismaClient as Db } from '@prisma/client'
export const runtime = 'edge'
export const GET = () => new Db().user.findMany()`,
      errors: [
        {
          messageId: 'class',
          data: { reason: "`runtime = 'edge'`", specifier: '@prisma/client' },
          line: 1,
          column: 10,
        },
      ],
    },
    {
      name: 'the shared client, by the config of the pages router',
      filename: 'pages/api/users.js',
      code: `import prisma from '../../lib/prisma'
export const config = { runtime: 'experimental-edge' }
export default () => prisma.user.findMany()`,
      errors: [
        {
          messageId: 'shared',
          data: { reason: "`runtime = 'edge'`", specifier: '../../lib/prisma' },
        },
      ],
    },
    {
      name: 'middleware of Next.js',
      filename: 'middleware.ts',
      code: `import { prisma } from '@/lib/prisma'
export async function middleware() { await prisma.visit.create({ data: {} }) }`,
      errors: [
        {
          messageId: 'shared',
          data: { reason: 'the middleware of Next.js', specifier: '@/lib/prisma' },
        },
      ],
    },
    {
      name: 'middleware of Next.js as a default export',
      filename: 'apps/web/src/middleware.js',
      code: `import { NextResponse } from 'next/server'
import prisma from '@/lib/prisma'
export default async () => { await prisma.visit.create({ data: {} }); return NextResponse.next() }`,
      errors: [{ messageId: 'shared' }],
    },
    {
      name: 'a namespace, a dynamic import and a re-export',
      filename: route,
      code: `import * as db from '@prisma/client'
export { prisma } from '@/lib/prisma'
export const runtime = 'edge'
export const GET = async () => {
  const { default: prisma } = await import('../../../lib/prisma')
  return [new db.PrismaClient(), prisma]
}`,
      errors: [
        { messageId: 'class', line: 1 },
        { messageId: 'shared', line: 2 },
        { messageId: 'shared', line: 5 },
      ],
    },
    {
      name: 'an import that nothing uses, which is loaded all the same',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
export const runtime = 'edge'`,
      errors: [{ messageId: 'shared' }],
    },
    {
      name: 'a client that is called after Prisma, or that the settings name',
      filename: route,
      settings: { oneprisma: { sharedModule: '@/server/db' } },
      code: `import { prisma } from '@/lib/database'
import { db } from '../../../server/db'
export const runtime = 'edge'
export const GET = () => [db, prisma]`,
      errors: [
        { messageId: 'shared', line: 1 },
        { messageId: 'shared', line: 2 },
      ],
    },
    {
      name: 'modules of the settings',
      filename: route,
      settings: { oneprisma: { sharedModules: ['@acme/db'], clientModules: ['@acme/generated'] } },
      code: `import { db } from '@acme/db'
import { PrismaClient } from '@acme/generated'
export const runtime = 'edge'
export const GET = () => [db, new PrismaClient()]`,
      errors: [
        { messageId: 'shared', data: { reason: "`runtime = 'edge'`", specifier: '@acme/db' } },
        {
          messageId: 'class',
          data: { reason: "`runtime = 'edge'`", specifier: '@acme/generated' },
        },
      ],
    },
  ],
})

commonJs.run(`${name}, CommonJS`, rule, {
  valid: [
    {
      name: 'exports that Next.js does not read',
      filename: 'pages/api/users.js',
      code: `const prisma = require('../../lib/prisma')
exports.config = { runtime: 'edge' }`,
    },
  ],
  invalid: [],
})

modules.run(`${name}, require in a module`, rule, {
  valid: [
    {
      name: 'a require for what else Prisma exports',
      filename: route,
      code: `export const runtime = 'edge'
const { Role } = require('@prisma/client')`,
    },
  ],
  invalid: [
    {
      name: 'a require, whole and destructured',
      filename: route,
      code: `export const runtime = 'edge'
const { PrismaClient } = require('@prisma/client')
const prisma = require('../../../lib/prisma')`,
      errors: [
        { messageId: 'class', line: 2 },
        { messageId: 'shared', line: 3 },
      ],
    },
  ],
})

typed.run(`${name}, TypeScript`, rule, {
  valid: [
    {
      name: 'the type of a shared client',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
export const runtime = 'edge'
export type Users = Awaited<ReturnType<typeof prisma.user.findMany>>`,
    },
    {
      name: 'types, said to be or not',
      filename: route,
      code: `import type { PrismaClient } from '@prisma/client'
import { type PrismaClient as Other, PrismaClient as Third } from '@prisma/client'
export const runtime = 'edge'
export const GET = (one: PrismaClient, other: Other, third: Third) => [one, other, third]`,
    },
    {
      name: 'types that are exported',
      filename: route,
      code: `export type { PrismaClient } from '@prisma/client'
export { type PrismaClient as Other } from '@prisma/client'
export const runtime = 'edge'`,
    },
  ],
  invalid: [
    {
      name: 'a config under a cast',
      filename: route,
      code: `import { prisma } from '@/lib/prisma'
export const runtime = 'edge' as const
export const GET = () => prisma!.user.findMany()`,
      errors: [{ messageId: 'shared' }],
    },
  ],
})
