import { describe, expect, it } from 'vitest'
import { describeRefusal } from '../src/middleware/refusal.ts'
import { rewritten } from './middleware-module.ts'

const CLIENT = `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
`
const PLAIN = 'prisma.$use(async (params, next) => next(params))'

const use = (body: string): string =>
  `${CLIENT}prisma.$use(async (params, next) => {\n${body}\n})\n`

const CLIENTS: Array<[condition: string, reason: string, text: string]> = [
  [
    'a client that is a parameter of a function',
    'NOT_ONE_CONSTRUCTION',
    `function add(prisma) {\n  ${PLAIN}\n}`,
  ],
  [
    'a client that another module made',
    'NOT_ONE_CONSTRUCTION',
    `import { prisma } from './db'\n${PLAIN}`,
  ],
  [
    'a client in a field',
    'NOT_A_CLIENT_VARIABLE',
    `${CLIENT}this.client.$use((p, next) => next(p))`,
  ],
  [
    'a client that extends the class',
    'NOT_A_CLIENT_VARIABLE',
    `class Db extends PrismaClient {\n  onModuleInit() {\n    this.$use(async (p, next) => next(p))\n  }\n}`,
  ],
  [
    'a client that a guard hands on',
    'NOT_ONE_CONSTRUCTION',
    `const prisma = globalThis.prisma ?? new PrismaClient()\n${PLAIN}`,
  ],
  [
    'a client that is extended already',
    'NOT_ONE_CONSTRUCTION',
    `const prisma = new PrismaClient().$extends({})\n${PLAIN}`,
  ],
  [
    'a client that is assigned again',
    'NOT_ONE_CONSTRUCTION',
    `let prisma = new PrismaClient()\n${PLAIN}\nprisma = undefined`,
  ],
  ['a `var`', 'NOT_ONE_CONSTRUCTION', `var prisma = new PrismaClient()\n${PLAIN}`],
  [
    'a declaration of more than the client',
    'NOT_ONE_CONSTRUCTION',
    `const prisma = new PrismaClient(), other = prisma.user\n${PLAIN}`,
  ],
  [
    'a client with a type',
    'TYPED_CLIENT',
    `const prisma: PrismaClient = new PrismaClient()\n${PLAIN}`,
  ],
  [
    'middleware under a condition',
    'NOT_BESIDE_THE_CLIENT',
    `${CLIENT}if (process.env.LOG) {\n  ${PLAIN}\n}`,
  ],
  [
    'middleware that a function adds',
    'NOT_BESIDE_THE_CLIENT',
    `${CLIENT}function add() {\n  ${PLAIN}\n}`,
  ],
  [
    'middleware that an expression adds',
    'NOT_BESIDE_THE_CLIENT',
    `${CLIENT}process.env.LOG && ${PLAIN}`,
  ],
  [
    'middleware that is added only where there is a `$use`',
    'NOT_BESIDE_THE_CLIENT',
    `${CLIENT}prisma.$use?.(async (params, next) => next(params))`,
  ],
  [
    'middleware in a `switch`',
    'NOT_BESIDE_THE_CLIENT',
    `switch (process.env.KIND) {\n  case 'a':\n    const prisma = new PrismaClient()\n    ${PLAIN}\n}`,
  ],
  ['a client that is used first', 'USED_BEFORE', `${CLIENT}prisma.user.count()\n${PLAIN}`],
  ['a client that is exported first', 'USED_BEFORE', `${CLIENT}export { prisma }\n${PLAIN}`],
  ['a client that is passed on first', 'USED_BEFORE', `${CLIENT}setup(prisma)\n${PLAIN}`],
  [
    'a client that listens first',
    'USED_BEFORE',
    `${CLIENT}prisma.$on('query', console.log)\n${PLAIN}`,
  ],
  [
    'middleware that uses its own client',
    'USED_INSIDE',
    use('await prisma.audit.create({ data: { model: params.model } })\nreturn next(params)'),
  ],
  [
    'a function that uses the client and can be called before',
    'CALLED_BETWEEN',
    `${CLIENT}warm()\n${PLAIN}\nfunction warm() {\n  return prisma.user.count()\n}`,
  ],
  ['a client that listens', 'LISTENED', `${CLIENT}${PLAIN}\nprisma.$on('query', console.log)`],
  ['a `$use` that is handed on', 'LISTENED', `${CLIENT}${PLAIN}\nsetup(prisma.$use)`],
  [
    'a client whose class is asked for',
    'CLASS_CHECKED',
    `${CLIENT}${PLAIN}\nif (prisma instanceof PrismaClient) start()`,
  ],
  [
    'a client that is extended later',
    'EXTENDED',
    `${CLIENT}${PLAIN}\nexport default prisma.$extends(computed)`,
  ],
]

const CALLBACKS: Array<[condition: string, reason: string, text: string]> = [
  ['a model that is deleted', 'MODEL_CHANGED', use('delete params.model\nreturn next(params)')],
  [
    'args that are copied if there',
    'ARGS_WHOLE',
    use('params.args = { ...(params.args && {}), take: 1 }\nreturn next(params)'),
  ],
  [
    'a function from another module',
    'NOT_A_FUNCTION_HERE',
    `import { log } from './log'\n${CLIENT}prisma.$use(log)`,
  ],
  [
    'what a call returns',
    'NOT_A_FUNCTION_HERE',
    `${CLIENT}prisma.$use(softDelete({ model: 'User' }))`,
  ],
  [
    'a function that is used twice',
    'NOT_A_FUNCTION_HERE',
    `const log = (params, next) => next(params)\n${CLIENT}prisma.$use(log)\nexport { log }`,
  ],
  [
    'a function of another block',
    'NOT_A_FUNCTION_HERE',
    `const log = (params, next) => next(params)\nfunction make() {\n  const prisma = new PrismaClient()\n  prisma.$use(log)\n  return prisma\n}`,
  ],
  ['one parameter', 'PARAMETERS', `${CLIENT}prisma.$use(async (params) => cached(params.model))`],
  ['a third parameter', 'PARAMETERS', `${CLIENT}prisma.$use((params, next, more) => next(params))`],
  [
    'a default',
    'PARAMETERS',
    `${CLIENT}prisma.$use(async ({ args = {}, model, action }, next) => next({ model, action, args }))`,
  ],
  [
    'the rest of the params',
    'PARAMETERS',
    `${CLIENT}prisma.$use(async ({ args, ...rest }, next) => next({ ...rest, args }))`,
  ],
  [
    'params that are taken apart for `dataPath`',
    'PARAMETERS',
    `${CLIENT}prisma.$use(async ({ model, action, args, dataPath }, next) => next({ model, action, args }))`,
  ],
  ['a generator', 'PARAMETERS', `${CLIENT}prisma.$use(function* (params, next) {})`],
  ['types of its own', 'PARAMETERS', `${CLIENT}prisma.$use(<T>(params: T, next) => next(params))`],
  [
    'a function that was assigned to a `let`',
    'NOT_A_FUNCTION_HERE',
    `let log = (params, next) => next(params)\n${CLIENT}prisma.$use(log)`,
  ],
  [
    'a declared function of another block',
    'NOT_A_FUNCTION_HERE',
    `function log(params, next) {\n  return next(params)\n}\nfunction make() {\n  const prisma = new PrismaClient()\n  prisma.$use(log)\n  return prisma\n}`,
  ],
  [
    '`new.target`',
    'CALLER_OBSERVED',
    `${CLIENT}prisma.$use(function (params, next) {\n  log(new.target)\n  return next(params)\n})`,
  ],
  [
    'params that are taken apart with a comment',
    'PARAMS_ESCAPE',
    use('const { model /* which */ } = params\nreturn next(params)'),
  ],
  [
    'params that are taken apart in a block',
    'PARAMS_ESCAPE',
    use('if (on) {\n  const { model } = params\n  log(model)\n}\nreturn next(params)'),
  ],
  [
    'params that are taken apart into names that change',
    'PARAMS_ESCAPE',
    use('let { model } = params\nmodel = 1\nreturn next(params)'),
  ],
  ['args in an expression', 'ARGS_REPLACED', use('log((params.args = {}))\nreturn next(params)')],
  ['args that are set if set', 'ARGS_REPLACED', use('params.args &&= {}\nreturn next(params)')],
  [
    'args that are defaulted twice at once',
    'ARGS_REPLACED',
    use('params.args ||= params.args ?? {}\nreturn next(params)'),
  ],
  [
    'args that are chosen',
    'ARGS_WHOLE',
    use('log({ ...(params.args && {}) })\nreturn next(params)'),
  ],
  [
    'a copy of the args in another place',
    'ARGS_WHOLE',
    use('last.args = { ...params.args }\nreturn next(params)'),
  ],
  ['`this`', 'CALLER_OBSERVED', use('console.log(this)\nreturn next(params)')],
  [
    'its own name',
    'CALLER_OBSERVED',
    `${CLIENT}prisma.$use(async function log(params, next) {\n  log.calls++\n  return next(params)\n})`,
  ],
  ['params that are passed on', 'PARAMS_ESCAPE', use('console.log(params)\nreturn next(params)')],
  ['params that are stored', 'PARAMS_ESCAPE', use('const p = params\nlog(p)\nreturn next(params)')],
  ['params that are assigned', 'PARAMS_ESCAPE', use('params = { ...params }\nreturn next(params)')],
  [
    'params that are taken apart with more',
    'PARAMS_ESCAPE',
    use('const { model, runInTransaction } = params\nreturn next(params)'),
  ],
  [
    'a name of the params that is declared again below',
    'PARAMS_ESCAPE',
    use('const { args } = params\nif (args.where) {\n  const args = 1\n  return next(params)\n}'),
  ],
  ['`dataPath`', 'PARAMS_MEMBER', use('console.log(params.dataPath)\nreturn next(params)')],
  [
    '`runInTransaction`',
    'PARAMS_MEMBER',
    use('if (params.runInTransaction) throw new Error()\nreturn next(params)'),
  ],
  ['a member by a name at run time', 'PARAMS_MEMBER', use('log(params[key])\nreturn next(params)')],
  ['a model that is changed', 'MODEL_CHANGED', use("params.model = 'Post'\nreturn next(params)")],
  [
    'an action that is changed',
    'ACTION_CHANGED',
    use("if (params.action === 'delete') params.action = 'update'\nreturn next(params)"),
  ],
  [
    'an action that is changed in the call',
    'NEXT_ARGUMENT',
    use("return next({ ...params, action: 'update', args: {} })"),
  ],
  ['args that are logged', 'ARGS_WHOLE', use('console.log(params.args)\nreturn next(params)')],
  [
    'args that are tested for being there',
    'ARGS_WHOLE',
    use('if (params.args) params.args.take = 1\nreturn next(params)'),
  ],
  [
    'args that are defaulted to more than nothing',
    'ARGS_WHOLE',
    use('const { take } = params.args ?? { take: 1 }\nreturn next(params)'),
  ],
  [
    'a part of the args that raw queries have too',
    'ARGS_WHOLE',
    use('console.log(params.args.values)\nreturn next(params)'),
  ],
  [
    'a copy of the args',
    'ARGS_WHOLE',
    use('const copy = { ...params.args }\nlog(copy)\nreturn next(params)'),
  ],
  [
    'args that become what a function returns',
    'ARGS_REPLACED',
    use('params.args = forTenant(params.model)\nreturn next(params)'),
  ],
  [
    'args that are replaced after they were taken apart',
    'ARGS_REPLACED',
    use('const { args } = params\nparams.args = {}\nargs.take = 1\nreturn next(params)'),
  ],
]

const NEXTS: Array<[condition: string, reason: string, text: string]> = [
  [
    '`next` with params over the args',
    'NEXT_ARGUMENT',
    use('return next({ args: {}, ...params })'),
  ],
  [
    '`next` with another model',
    'NEXT_ARGUMENT',
    use("return next({ model: 'Post', action: params.action, args: {} })"),
  ],
  ['`next` that is passed on', 'NEXT_ESCAPES', use('return measure(next, 1)')],
  ['`next` in a callback', 'NEXT_ESCAPES', use('return store.run(1, () => next(params))')],
  ['`next` without the params', 'NEXT_ARGUMENT', use('return next()')],
  ['`next` with other params', 'NEXT_ARGUMENT', use('return next({ args: {} })')],
  [
    '`next` with args of unknown worth',
    'NEXT_ARGUMENT',
    use('return next({ ...params, args: load() })'),
  ],
  [
    '`next` with a comment that would be lost',
    'NEXT_ARGUMENT',
    use('return next({ ...params, /* all of them */ args: {} })'),
  ],
  [
    'a result that is awaited later',
    'NEXT_NOT_AWAITED',
    use('const result = next(params)\nstart()\nreturn result'),
  ],
  ['a result that is not awaited', 'NEXT_NOT_AWAITED', use('next(params)\nreturn 1')],
  [
    'a result that is returned through a `finally`',
    'NEXT_NOT_AWAITED',
    use('try {\n  return next(params)\n} finally {\n  stop()\n}'),
  ],
  ['a call that may be left out', 'NEXT_ESCAPES', use('return next?.(params)')],
  ['a result that is tested', 'NEXT_NOT_AWAITED', use('return next(params) ? 1 : 2')],
  ['a result that is defaulted', 'NEXT_NOT_AWAITED', use('return next(params) ?? 2')],
  [
    'a call after a failure, at its end',
    'NEXT_REPEATED',
    use(
      'let row\ntry {\n  row = await next(params)\n} catch {\n  row = await next(params)\n}\nreturn row',
    ),
  ],
  [
    'a second call in a `finally`',
    'NEXT_REPEATED',
    use('try {\n  return await next(params)\n} finally {\n  return await next(params)\n}'),
  ],
  [
    'calls on both sides of an operator',
    'NEXT_REPEATED',
    use('return (await next(params)) ?? (await next(params))'),
  ],
  [
    'a second call after two statements',
    'NEXT_REPEATED',
    use('const a = await next(params)\nconst b = await next(params)\nreturn [a, b]'),
  ],
  [
    'a second call after a `break` on the way',
    'NEXT_REPEATED',
    use(
      "switch (params.action) {\n  case 'create':\n    await next(params)\n    if (on) break\n    return 1\n}\nreturn next(params)",
    ),
  ],
  ['a second call', 'NEXT_REPEATED', use('await next(params)\nreturn next(params)')],
  [
    'a second call after a failure',
    'NEXT_REPEATED',
    use('try {\n  return await next(params)\n} catch {\n  return await next(params)\n}'),
  ],
  [
    'a call in a loop',
    'NEXT_REPEATED',
    use('for (;;) {\n  try {\n    return await next(params)\n  } catch {}\n}'),
  ],
  [
    'a second call after a `switch`',
    'NEXT_REPEATED',
    use(
      "switch (params.action) {\n  case 'create':\n    await next(params)\n    break\n  default:\n}\nreturn next(params)",
    ),
  ],
  [
    'a second call in the next case',
    'NEXT_REPEATED',
    use(
      "switch (params.action) {\n  case 'create':\n    await next(params)\n  case 'update':\n    return next(params)\n}",
    ),
  ],
]

describe('rewriteMiddleware', () => {
  it.each(CLIENTS)('leaves %s to a person: %s', (_, reason, text) => {
    expect(rewritten(text, 'db.ts')).toMatchObject({ text, reasons: [reason] })
  })

  it.each(CALLBACKS)('leaves middleware with %s to a person: %s', (_, reason, text) => {
    expect(rewritten(text, 'db.ts')).toMatchObject({ text, reasons: [reason] })
  })

  it.each(NEXTS)('leaves middleware with %s to a person: %s', (_, reason, text) => {
    expect(rewritten(text, 'db.ts')).toMatchObject({ text, reasons: [reason] })
  })

  it('leaves a client to a person whose missing methods another module calls', () => {
    const text = `${CLIENT}${PLAIN}\nexport default prisma`

    expect(rewritten(text, 'db.ts', true)).toMatchObject({ text, reasons: ['USED_ELSEWHERE'] })
  })

  it('rewrites all middleware of a client or none, and says which one is in the way', () => {
    const text = `${use('return next(params.args)')}${PLAIN}\n`

    expect(rewritten(text).reasons).toEqual(['NEXT_ARGUMENT', 'SIBLING'])
    expect(rewritten(text).text).toBe(text)
  })

  it.each([
    ['after the next', 'const rows = await next(params)\nlog(params.args.where)\nreturn rows'],
    [
      'before the next, and keeps them',
      'const { where } = params.args\nreturn next(params).then(() => log(where))',
    ],
    [
      'in a `finally`',
      'try {\n  return await next(params)\n} finally {\n  log(params.args.where)\n}',
    ],
  ])('leaves middleware to a person that reads args %s middleware may change them', (_, body) => {
    const inner = 'prisma.$use((params, next) => {\nparams.args.take = 1\nreturn next(params)\n})\n'

    expect(rewritten(`${use(body)}${inner}`).reasons).toEqual(['ARGS_SHARED', 'SIBLING'])
    expect(rewritten(`${CLIENT}${inner}${use(body).slice(CLIENT.length)}`).reasons).toEqual([])
    expect(rewritten(`${use(body)}${PLAIN}`).reasons).toEqual([])
  })

  it('rewrites one client beside another that it leaves alone', () => {
    const text = `${CLIENT}const replica = new PrismaClient()
replica.$use((params, next) => next(params))
prisma.$on('query', log)
${PLAIN}
`
    const { text: result, reasons } = rewritten(text)

    expect(reasons).toEqual(['USED_BEFORE'])
    expect(result).toContain('const replica = new PrismaClient().$extends({')
    expect(result).toContain(PLAIN)
  })

  it('says where the call is, which condition failed and where to read on', () => {
    const text = use('params.action = 1\nreturn next(params)')
    const [note] = rewritten(text).reviews

    expect(note).toMatchObject({
      code: 'USE_MIDDLEWARE',
      offset: text.indexOf('prisma.$use'),
      message: describeRefusal('ACTION_CHANGED'),
    })
    expect(note?.message).toContain('changes the action')
    expect(note?.message).toContain('docs/use-middleware.md')
  })
})
