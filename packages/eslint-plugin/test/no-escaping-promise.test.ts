import plugin from '../src/index.ts'
import { commonJs, modules, typed } from './testers.ts'

const name = 'no-escaping-promise'
const rule = plugin.rules[name]

const imports = `import { withContext, withActionContext, withRequestContext } from '@oneprisma/client/context'
import { prisma } from '@/lib/prisma'
`

/** A module whose function runs in a scope, and what surrounds it. */
function inScope(body: string, before = '', after = ''): string {
  return `${imports}${before}
await withRequestContext({}, async () => { ${body} })
${after}`
}

modules.run(`${name}, what is sent`, rule, {
  valid: [
    { name: 'an await', code: inScope('await prisma.user.findMany()') },
    { name: 'what is returned', code: inScope('return prisma.user.findMany()') },
    {
      name: 'what an arrow function returns',
      code: `${imports}
export const GET = withContext(() => prisma.user.findMany())
export const act = withActionContext(() => prisma.user.findMany())
export const job = () => withRequestContext({}, () => prisma.user.findMany())`,
    },
    { name: 'a then', code: inScope('prisma.user.findMany().then(send)') },
    { name: 'a catch', code: inScope('prisma.log.create({}).catch(report)') },
    {
      name: 'a list of Promise.all',
      code: inScope('await Promise.all([prisma.a.count(), prisma.b.count()])'),
    },
    {
      name: 'a list of a transaction',
      code: inScope('await prisma.$transaction([prisma.a.count(), prisma.b.count()])'),
    },
    {
      name: 'a mapped list of Promise.all',
      code: inScope('await Promise.all(ids.map((id) => prisma.a.delete({ where: { id } })))'),
    },
    {
      name: 'a variable that is awaited',
      code: inScope('const users = prisma.user.findMany(); const n = 1; send(await users, n)'),
    },
    {
      name: 'a variable that is awaited, stored too',
      code: inScope(
        'const users = prisma.user.findMany(); list.push(users); await users',
        'const list = []',
      ),
    },
    {
      name: 'a list of inside',
      code: inScope('const jobs = []; jobs.push(prisma.a.count()); await Promise.all(jobs)'),
    },
    { name: 'what another function is given', code: inScope('send(prisma.user.findMany())') },
    {
      name: 'what an async function returns',
      code: inScope('ids.forEach(async (id) => prisma.a.delete({ where: { id } }))'),
    },
    {
      name: 'a transaction, which begins at once',
      code: inScope('prisma.$transaction(async (tx) => { await tx.a.count() })'),
    },
    {
      name: 'a function that something else calls',
      code: inScope('const load = () => prisma.user.findMany(); await load()'),
    },
    {
      name: 'a callback of after, which it awaits',
      code: inScope('after(() => prisma.log.create({}))', "import { after } from 'next/server'"),
    },
    {
      name: 'waitUntil of the context that run hands out',
      code: `import { prisma, run } from './lib/prisma'
export default {
  fetch: (request, env, ctx) =>
    run(ctx, env, async (context) => { context.waitUntil(prisma.log.create({})) }),
}`,
    },
    {
      name: 'a variable that is stored after it is awaited',
      code: inScope(
        'const users = prisma.user.findMany(); await users; list.push(users)',
        'const list = []',
      ),
    },
    {
      name: 'a list that is given to after, which has no use for it',
      code: inScope('after([prisma.a.count()])', "import { after } from 'next/server'"),
    },
    {
      name: 'helpers that only seem to be: of a nested pattern, and declared by each other',
      code: `import * as scopes from '@oneprisma/client/context'
import { prisma } from '@/lib/prisma'
const { inner: { withContext } } = scopes
const one = two, two = one
withContext(() => { prisma.a.count() })
one(() => { prisma.a.count() })`,
    },
    {
      name: 'no scope',
      code: `${imports}
let users
export function handler() { users = prisma.user.findMany(); prisma.log.create({}) }`,
    },
    {
      name: 'functions of the same name, and a client of the same name',
      code: `import { withRequestContext } from './context'
import { prisma } from '@/lib/prisma'
import { withContext } from '@oneprisma/client/context'
let users
withRequestContext({}, () => { users = prisma.user.findMany() })
withContext((prisma) => { users = prisma.user.findMany() })`,
    },
    {
      name: 'what is not an operation of Prisma',
      code: inScope('prisma.user.fields(); prisma.$on("query", log); prisma.$connect()'),
    },
  ],
  invalid: [],
})

modules.run(`${name}, what escapes`, rule, {
  valid: [],
  invalid: [
    {
      name: 'a query that nobody awaits',
      code: `${imports}
export const POST = withContext(async () => {
  prisma.log.create({ data: {} })
  return new Response()
})`,
      errors: [
        {
          messageId: 'floating',
          data: { helper: 'withContext' },
          line: 5,
          column: 3,
          suggestions: [
            {
              messageId: 'await',
              output: `${imports}
export const POST = withContext(async () => {
  await prisma.log.create({ data: {} })
  return new Response()
})`,
            },
          ],
        },
      ],
    },
    {
      name: 'no await is suggested where there can be none',
      code: `${imports}
export const POST = withContext(() => { void prisma.$executeRaw\`SELECT 1\`; return 1 })`,
      errors: [{ messageId: 'floating', suggestions: [] }],
    },
    {
      name: 'a variable of outside',
      code: inScope('users = prisma.user.findMany()', 'let users', 'await users'),
      errors: [
        {
          messageId: 'stored',
          data: { target: 'users', helper: 'withRequestContext' },
          suggestions: [
            {
              messageId: 'await',
              output: inScope('users = await prisma.user.findMany()', 'let users', 'await users'),
            },
          ],
        },
      ],
    },
    {
      name: 'a member of an object of outside, and a list of outside',
      code: `${imports}
const found = {}, list = []
const make = withActionContext(() => {
  found.users = prisma.user.findMany()
  list.push(prisma.user.count())
})`,
      errors: [
        {
          messageId: 'stored',
          data: { target: 'found.users', helper: 'withActionContext' },
          suggestions: [],
        },
        {
          messageId: 'stored',
          data: { target: 'list', helper: 'withActionContext' },
          suggestions: [],
        },
      ],
    },
    {
      name: 'a variable of inside that nobody awaits, or that is handed out',
      code: `${imports}
const list = []
const make = withActionContext(() => {
  const lost = prisma.user.findMany()
  const kept = prisma.user.count()
  list.push(kept)
})`,
      errors: [
        { messageId: 'floating', line: 6, suggestions: [] },
        { messageId: 'stored', line: 7, suggestions: [] },
      ],
    },
    {
      name: 'what is returned within a list or an object',
      code: `${imports}
const one = withActionContext(() => ({ users: prisma.user.findMany() }))
const other = withActionContext(() => { return [prisma.a.count(), fast ? prisma.b.count() : 0] })
const third = withActionContext((ids) => ids.map((id) => prisma.c.delete({ where: { id } })))`,
      errors: [
        { messageId: 'contained', line: 4, suggestions: [] },
        { messageId: 'contained', line: 5, suggestions: [] },
        { messageId: 'contained', line: 5, suggestions: [] },
        { messageId: 'contained', line: 6, suggestions: [] },
      ],
    },
    {
      name: 'what decides by itself when to await it',
      code: `import { after as later } from 'next/server'
import { waitUntil } from '@vercel/functions'
${imports}
const make = withActionContext(async (event) => {
  later(prisma.log.create({}))
  waitUntil(prisma.log.create({}))
  event.waitUntil(prisma.log.create({}))
  setTimeout(prisma.log.create({}))
})`,
      errors: [
        {
          messageId: 'deferred',
          data: { callee: 'later', helper: 'withActionContext' },
          suggestions: [],
        },
        {
          messageId: 'deferred',
          data: { callee: 'waitUntil', helper: 'withActionContext' },
          suggestions: [],
        },
        {
          messageId: 'deferred',
          data: { callee: 'event.waitUntil', helper: 'withActionContext' },
          suggestions: [],
        },
        {
          messageId: 'deferred',
          data: { callee: 'setTimeout', helper: 'withActionContext' },
          suggestions: [],
        },
      ],
    },
    {
      name: 'callbacks whose result nobody looks at',
      code: `${imports}
const make = withActionContext((ids) => {
  ids.forEach((id) => prisma.a.delete({ where: { id } }))
  ids.map((id) => prisma.a.delete({ where: { id } }))
  setTimeout(() => prisma.a.count(), 10)
})`,
      errors: [
        { messageId: 'floating', line: 5, suggestions: [] },
        { messageId: 'floating', line: 6, suggestions: [] },
        { messageId: 'floating', line: 7, suggestions: [] },
      ],
    },
    {
      name: 'a handler that has a name, and a renamed helper of a namespace',
      code: `import * as scopes from '@oneprisma/client/context'
import { prisma as db } from '@/lib/prisma'
const { withContext: wrap } = scopes
function handler() { db.user.findUnique({}).posts() }
export const GET = wrap(handler)
export const POST = scopes.withContext(() => { db.user.count() })`,
      errors: [
        { messageId: 'floating', data: { helper: 'wrap' }, suggestions: [] },
        { messageId: 'floating', data: { helper: 'scopes.withContext' }, suggestions: [] },
      ],
    },
    {
      name: 'a model under a name of its own, and the client of a transaction',
      code: `${imports}
const users = prisma.user
const { post } = prisma
const make = withActionContext(async () => {
  users.count()
  post.count()
  await prisma.$transaction(async (tx) => { tx.user.count() })
})`,
      errors: [
        { messageId: 'floating', line: 7, suggestions: 1 },
        { messageId: 'floating', line: 8, suggestions: 1 },
        { messageId: 'floating', line: 9, suggestions: 1 },
      ],
    },
    {
      name: 'a member of what the scope is in, and a function that is called in place',
      code: `${imports}
class Loader {
  load() {
    return withRequestContext({}, () => {
      this.users = prisma.user.findMany()
      ;(() => prisma.user.count())()
    })
  }
}`,
      errors: [
        {
          messageId: 'stored',
          data: { target: 'this.users', helper: 'withRequestContext' },
          suggestions: [],
        },
        { messageId: 'floating', line: 8, suggestions: [] },
      ],
    },
    {
      name: 'the inner one of two scopes counts',
      code: `${imports}
await withRequestContext({}, async () => {
  let users
  await withRequestContext({ user: 'u' }, () => { users = prisma.user.findMany() })
  await users
})`,
      errors: [{ messageId: 'stored', line: 6, suggestions: [] }],
    },
    {
      name: 'run of a request scope, by way of the shared module or not',
      code: `import { requestScope } from '@oneprisma/client/cloudflare'
import { PrismaClient } from './generated/prisma/client'
import { run as sharedRun, prisma } from './lib/prisma'
const scope = requestScope((env) => new PrismaClient(env))
const { run } = requestScope((env) => new PrismaClient(env))
export const one = (ctx, env) => scope.run(ctx, env, () => { prisma.a.count() })
export const two = (ctx, env) => run(ctx, env, () => { prisma.a.count() })
export const three = (ctx, env) => sharedRun(ctx, env, () => { ctx.waitUntil(prisma.a.count()) })`,
      errors: [
        { messageId: 'floating', data: { helper: 'scope.run' }, suggestions: [] },
        { messageId: 'floating', data: { helper: 'run' }, suggestions: [] },
        {
          messageId: 'deferred',
          data: { helper: 'sharedRun', callee: 'ctx.waitUntil' },
          suggestions: [],
        },
      ],
    },
    {
      name: 'helpers of the options',
      options: [{ helpers: ['withTenant', 'scope.run'] }],
      code: `import { prisma } from '@/lib/prisma'
withTenant('a', () => { prisma.a.count() })
scope.run({}, () => { prisma.a.count() })`,
      errors: [
        { messageId: 'floating', data: { helper: 'withTenant' }, suggestions: [] },
        { messageId: 'floating', data: { helper: 'scope.run' }, suggestions: [] },
      ],
    },
  ],
})

commonJs.run(`${name}, CommonJS`, rule, {
  valid: [
    {
      name: 'a require of its own',
      code: `const { withContext } = require('./context')
const prisma = require('./lib/prisma')
exports.GET = withContext(() => { prisma.user.count() })`,
    },
  ],
  invalid: [
    {
      name: 'helper and client by require',
      code: `const { withContext: wrap } = require('@oneprisma/client/context')
const prisma = require('./lib/prisma')
const { prisma: db } = require('./lib/prisma')
exports.GET = wrap(() => { prisma.user.count(); db.user.count() })`,
      errors: [
        { messageId: 'floating', suggestions: [] },
        { messageId: 'floating', suggestions: [] },
      ],
    },
  ],
})

typed.run(`${name}, TypeScript`, rule, {
  valid: [
    {
      name: 'an await under a cast',
      code: `${imports}
export const GET = withContext(async (): Promise<Response> =>
  Response.json(await (prisma.user.findMany() as Promise<unknown[]>)))`,
    },
  ],
  invalid: [
    {
      name: 'a query under casts, and a list with a type',
      code: `${imports}
const list: Promise<unknown>[] = []
export const GET = withContext((): void => {
  list.push(prisma!.user.findMany() as Promise<unknown[]>)
  ;(prisma as any).user.count()
})`,
      errors: [
        { messageId: 'stored', suggestions: [] },
        { messageId: 'floating', suggestions: [] },
      ],
    },
  ],
})
