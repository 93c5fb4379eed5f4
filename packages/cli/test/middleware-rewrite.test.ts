import { describe, expect, it } from 'vitest'
import { parseModule } from '../src/scan/parse-module.ts'
import { rewritten } from './middleware-module.ts'

/** A program with one middleware, and what becomes of it: `$allOperations` and its body. */
const use = (middleware: string): string =>
  `const prisma = new PrismaClient()\nprisma.$use(${middleware})\n`
const extension = (method: string): string =>
  `const prisma = new PrismaClient().$extends({\n  query: {\n    ${method},\n  },\n})\n`

const SHAPES: Array<[shape: string, middleware: string, method: string]> = [
  [
    'a body',
    'async (params, next) => { return next(params) }',
    'async $allOperations({ args, query }) { return query(args) }',
  ],
  [
    'an expression',
    'async (params, next) => next(params)',
    '$allOperations: async ({ args, query }) => query(args)',
  ],
  [
    'a function that is not async',
    '(params, next) => { return next(params) }',
    '$allOperations({ args, query }) { return query(args) }',
  ],
  [
    'a function expression',
    'async function (params, next) { return await next(params) }',
    'async $allOperations({ args, query }) { return await query(args) }',
  ],
  [
    'other names',
    'async (p, proceed) => { if (p.model) return null; return proceed(p) }',
    'async $allOperations({ model, args, query }) { if (model) return null; return query(args) }',
  ],
  [
    'names that Prisma uses for something else',
    'async (args, query) => { if (args.model) return null; return query(args) }',
    'async $allOperations({ model, args, query }) { if (model) return null; return query(args) }',
  ],
  [
    'middleware that answers by itself',
    "async (params, next) => (params.model === 'Flag' ? flags : next(params))",
    "$allOperations: async ({ model, args, query }) => (model === 'Flag' ? flags : query(args))",
  ],
  [
    'types',
    'async (params: any, next: (params: any) => Promise<any>): Promise<any> => { return next(params) }',
    'async $allOperations({ args, query }): Promise<any> { return query(args) }',
  ],
  [
    'types on the way',
    'async (params, next) => { (params.args as any).take = 1; return (await next(params)) as User }',
    'async $allOperations({ args, query }) { (args as any).take = 1; return (await query(args)) as User }',
  ],
  [
    'an optional chain',
    'async (params, next) => { if (params.args?.where?.id) log(); return next(params) }',
    'async $allOperations({ args, query }) { if (args?.where?.id) log(); return query(args) }',
  ],
  [
    'args in square brackets',
    "async (params, next) => { params['args'].where = {}; return next(params) }",
    'async $allOperations({ args, query }) { args.where = {}; return query(args) }',
  ],
  [
    'args that are replaced',
    'async (params, next) => { params.args = { ...params.args, take: 1 }; return next(params) }',
    'async $allOperations({ args, query }) { args = { ...args, take: 1 }; return query(args) }',
  ],
  [
    'args that are defaulted',
    'async (params, next) => { params.args = params.args ?? {}; params.args ||= {}; return next(params) }',
    'async $allOperations({ args, query }) { args = args ?? {}; args ||= {}; return query(args) }',
  ],
  [
    'args that are taken apart',
    'async (params, next) => { const { where, take = 1 } = params.args; log(where, take); return next(params) }',
    'async $allOperations({ args, query }) { const { where, take = 1 } = args; log(where, take); return query(args) }',
  ],
  [
    'other args in the call',
    'async (params, next) => next({ ...params, args: { ...(params.args || {}), take: 1 } })',
    '$allOperations: async ({ args, query }) => query({ ...(args || {}), take: 1 })',
  ],
  [
    'params that are taken apart',
    "async ({ model, action: verb, args }, next) => { if (verb === 'create') args.data.by = model; return next({ model, action: verb, args }) }",
    "async $allOperations({ model, operation: verb, args, query }) { if (verb === 'create') args.data.by = model; return query(args) }",
  ],
  [
    'a result that is used',
    'async (params, next) => { const rows = await next(params); return rows.map(hide) }',
    'async $allOperations({ args, query }) { const rows = await query(args); return rows.map(hide) }',
  ],
  [
    'a result that is chained',
    '(params, next) => next(params).then(hide).catch(() => null)',
    '$allOperations: ({ args, query }) => query(args).then(hide).catch(() => null)',
  ],
  [
    'actions that have one name in both worlds',
    "async (params, next) => { if (['create', 'update'].includes(params.action) || params.action == 'upsert') log(); return next(params) }",
    "async $allOperations({ operation, args, query }) { if (['create', 'update'].includes(operation) || operation == 'upsert') log(); return query(args) }",
  ],
  [
    'a `switch` over such actions',
    "async (params, next) => { switch (params.action) { case 'delete': return null; default: return next(params) } }",
    "async $allOperations({ operation, args, query }) { switch (operation) { case 'delete': return null; default: return query(args) } }",
  ],
  [
    'calls in every branch',
    'async (params, next) => { if (params.model) { const row = await next(params); return row } else { return next(params) } }',
    'async $allOperations({ model, args, query }) { if (model) { const row = await query(args); return row } else { return query(args) } }',
  ],
  [
    'a call for each outcome of a test',
    'async (params, next) => { return params.model ? await next(params) : next(params) }',
    'async $allOperations({ model, args, query }) { return model ? await query(args) : query(args) }',
  ],
  [
    'a `switch` whose every case ends',
    "async (params, next) => { switch (params.model) { case 'a': return next(params); default: return next(params) } return next(params) }",
    "async $allOperations({ model, args, query }) { switch (model) { case 'a': return query(args); default: return query(args) } return query(args) }",
  ],
  [
    'a `this` of a function inside',
    'async (params, next) => { log(function () { return this }); return next(params) }',
    'async $allOperations({ args, query }) { log(function () { return this }); return query(args) }',
  ],
  [
    'a call that may fail',
    'async (params, next) => { try { return await next(params) } catch (error) { throw wrap(error) } finally { stop() } }',
    'async $allOperations({ args, query }) { try { return await query(args) } catch (error) { throw wrap(error) } finally { stop() } }',
  ],
  [
    'names that the body declares',
    'async (params, next) => { const query = params.model, operation = 1, args = 2; log(query, operation, args, params.action === "create"); return next(params) }',
    'async $allOperations({ model, operation: operationName, args: queryArgs, query: runQuery }) { const query = model, operation = 1, args = 2; log(query, operation, args, operationName === "create"); return runQuery(queryArgs) }',
  ],
  [
    'names from outside',
    'async (params, next) => { model.count(params.model); query(); runQuery(); return next(params) }',
    'async $allOperations({ model: modelName, args, query: runQuery2 }) { model.count(modelName); query(); runQuery(); return runQuery2(args) }',
  ],
  [
    'the same names on other objects',
    'async (params, next) => { log({ model: params.model, query: row.query }); return next(params) }',
    'async $allOperations({ model, args, query }) { log({ model: model, query: row.query }); return query(args) }',
  ],
  [
    'a parameter of the same name below',
    'async (params, next) => { rows.map((params) => params.args); return next(params) }',
    'async $allOperations({ args, query }) { rows.map((params) => params.args); return query(args) }',
  ],
]

describe('rewriteMiddleware', () => {
  it.each(SHAPES)('rewrites %s', (_, middleware, method) => {
    const result = rewritten(use(middleware))

    expect(result.reasons).toEqual([])
    expect(result.text).toBe(extension(method))
  })

  it.each(SHAPES)('does nothing more when it is applied twice to %s', (_, middleware) => {
    const { text } = rewritten(use(middleware))

    expect(rewritten(text).edits).toEqual([])
    expect(parseModule('db.ts', text)).toMatchObject({ ok: true })
  })

  it('gives raw queries the action that middleware was told, where the body could tell', () => {
    const { text } = rewritten(`const prisma = new PrismaClient();
prisma.$use(async (params, next) => {
  'use strict';
  console.log(\`\${params.model}.\${params.action}\`);
  return next(params);
});
`)

    expect(text).toBe(`const prisma = new PrismaClient().$extends({
  query: {
    async $allOperations({ model, operation, args, query }) {
      'use strict';
      // Middleware was told \`queryRaw\` for \`$queryRaw\` and \`$queryRawUnsafe\`.
      const action = operation.replace(/^\\$(\\w+Raw).*/, '$1');
      console.log(\`\${model}.\${action}\`);
      return query(args);
    },
  },
});
`)
  })

  it.each([
    ['a comparison with a raw query', "params.action === 'queryRaw'"],
    ['a comparison with a variable', 'params.action === wanted'],
    ['a comparison with the new name', "params.action === '$queryRaw'"],
    ['a comparison of another kind', "params.action < 'm'"],
    ['a list from elsewhere', 'writes.includes(params.action)'],
    ['a call', "params.action.startsWith('find')"],
  ])('gives the action that middleware was told to %s', (_, test) => {
    const { text } = rewritten(use(`async (params, next) => (${test} ? null : next(params))`))

    expect(text).toContain(`const action = operation.replace(/^\\$(\\w+Raw).*/, '$1')\n`)
    expect(text).toContain(`return ((${test.replace('params.', '')} ? null : query(args)))\n    }`)
    expect(parseModule('db.ts', text)).toMatchObject({ ok: true })
  })

  it('keeps the first middleware outermost, and every comment', () => {
    const { text } = rewritten(`const prisma = new PrismaClient({
  log: ['warn'],
}) // the client

// Measures.
prisma.$use(async (params /* what */, next) => {
  const start = Date.now() // begin

  const result = await next(params)
  log(Date.now() - start)
  return result
}) // measured

/**
 * Hides.
 */
prisma.$use(async (params, next) => next(params))

export default prisma
`)

    expect(text).toBe(`const prisma = new PrismaClient({
  log: ['warn'],
}).$extends({
  query: {
    // Measures.
    /* what */
    // measured
    async $allOperations({ args, query }) {
      const start = Date.now() // begin

      const result = await query(args)
      log(Date.now() - start)
      return result
    },
  },
}).$extends({
  query: {
    /**
     * Hides.
     */
    $allOperations: async ({ args, query }) => query(args),
  },
}) // the client

export default prisma
`)
  })

  it('lets what is declared in between call the client later', () => {
    const { reasons } = rewritten(`export function makeClient() {
  const prisma = new PrismaClient()
  const later = () => log(1)
  prisma.$use((params, next) => next(params))
  return { prisma, later, read }
  function read() {
    return prisma.user.findMany()
  }
}`)

    expect(reasons).toEqual([])
  })

  it('rewrites a client that is made in a function, whatever is called in between', () => {
    const { reasons } = rewritten(`function makeClient() {
  const prisma = new PrismaClient()
  log('made')
  prisma.$use((params, next) => next(params))
  return prisma
}`)

    expect(reasons).toEqual([])
  })

  it('moves middleware that is declared by itself, and drops the import of its type', () => {
    const { text } = rewritten(`import { Prisma, PrismaClient } from '@prisma/client'

const prisma = new PrismaClient

// Stamps.
const stamp: Prisma.Middleware = async (params, next) => {
  params.args.data.by = 'me'
  return next(params)
}
prisma.$use(stamp)
prisma.$use(log)

function log(params: Prisma.MiddlewareParams, next) {
  return next(params)
}
export { prisma }
`)

    expect(text).toBe(`import { PrismaClient } from '@prisma/client'

const prisma = new PrismaClient().$extends({
  query: {
    // Stamps.
    async $allOperations({ args, query }) {
      args.data.by = 'me'
      return query(args)
    },
  },
}).$extends({
  query: {
    $allOperations({ args, query }) {
      return query(args)
    },
  },
})
export { prisma }
`)
  })

  it('ends the line of the old action where the body begins with a bracket', () => {
    const { text } = rewritten(
      use('async (params, next) => {\n  [params.action].forEach(log)\n  return next(params)\n}'),
    )

    expect(text).toContain("'$1');\n      [action].forEach(log)")
  })

  it('leaves a comment where it is that stands apart', () => {
    const { text } = rewritten(
      'const prisma = new PrismaClient()\n\n// About both.\n\n// About this.\nprisma.$use((params, next) => next(params))\n',
    )

    expect(text).toMatch(/\n {4}\/\/ About this\.\n {4}\$all[^]*\}\)\n\n\/\/ About both\.\n$/)
  })

  it('calls a class that is chosen before it extends what that makes', () => {
    const { text } = rewritten(
      'const prisma = new (chosen)\nprisma.$use((params, next) => next(params))\n',
    )

    expect(text).toContain('new (chosen)().$extends({')
  })

  it.each([
    ['that would be left empty', "import { Prisma } from '@prisma/client'", 'Prisma.A, next'],
    [
      'of which two names are not needed any more',
      "import { Prisma, Args, PrismaClient } from '@prisma/client'",
      'Prisma.A, next: Args',
    ],
  ])('leaves an import alone %s', (_, line, types) => {
    const { text } = rewritten(`${line}\n${use(`(params: ${types}) => next(params)`)}`)

    expect(text.startsWith(line)).toBe(true)
    expect(text).toContain('query(args)')
  })

  it('does not take a comment for the arrow', () => {
    const { text } = rewritten(use('(params, next /* => */) => next(params)'))

    expect(text).toContain('    /* => */\n    $allOperations: ({ args, query }) => query(args),\n')
  })

  it('keeps an import that the rest of the module needs', () => {
    const { text } = rewritten(`import { Prisma, PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
prisma.$use(async (params: Prisma.MiddlewareParams, next): Promise<Prisma.JsonValue> => {
  return next(params)
})
`)

    expect(text).toContain('import { Prisma, PrismaClient }')
    expect(text).toContain('$allOperations({ args, query }): Promise<Prisma.JsonValue> {')
  })

  it('takes the names out of the params once, as its parameter', () => {
    const { text } = rewritten(`export function makeClient() {
	const prisma = new PrismaClient()
	prisma.$use(async (params, next) => {
		const { model, action, args } = params
		if (model === 'User' && action === 'create') {
			args.data.email = args.data.email.toLowerCase()
		}
		return next(params)
	})
	return prisma
}
`)

    expect(text).toBe(`export function makeClient() {
	const prisma = new PrismaClient().$extends({
		query: {
			async $allOperations({ model, operation: action, args, query }) {
				if (model === 'User' && action === 'create') {
					args.data.email = args.data.email.toLowerCase()
				}
				return query(args)
			},
		},
	})
	return prisma
}
`)
  })

  it('does not move the lines of a template', () => {
    const { text } = rewritten(
      use('async (params, next) => {\n  log(`a\n  b ${params.model}\n`)\n  return next(params)\n}'),
    )

    expect(text).toContain('      log(`a\n  b ${model}\n`)\n      return query(args)\n    },')
  })

  it('keeps statements apart where a line could go on from the one before', () => {
    const { text } = rewritten(
      'const prisma = new PrismaClient()\nprisma.$use((params, next) => next(params))\n;[prisma].forEach(warm)\n',
    )

    expect(text).toMatch(/\}\)\n;\[prisma\]\.forEach\(warm\)\n$/)
    expect(parseModule('db.ts', text)).toMatchObject({
      ok: true,
      module: { program: { body: { length: 2 } } },
    })
  })

  it('rewrites an exported client in CommonJS without a semicolon more', () => {
    const { text } = rewritten(
      "const { PrismaClient } = require('@prisma/client')\r\nconst prisma = new PrismaClient()\r\nprisma.$use(async (params, next) => {\r\n  return next(params)\r\n})\r\nmodule.exports = prisma\r\n",
      'db.cjs',
    )

    expect(text).toBe(
      "const { PrismaClient } = require('@prisma/client')\r\nconst prisma = new PrismaClient().$extends({\r\n  query: {\r\n    async $allOperations({ args, query }) {\r\n      return query(args)\r\n    },\r\n  },\r\n})\r\nmodule.exports = prisma\r\n",
    )
  })
})
