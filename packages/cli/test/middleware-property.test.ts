import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseModule } from '../src/scan/parse-module.ts'
import { rewritten } from './middleware-module.ts'

const HEADERS = [
  '',
  '\uFEFF',
  '#!/usr/bin/env node\n',
  "'use strict'\n// 🚀 first\n",
  "import 'dotenv/config'\nimport { PrismaClient } from '@prisma/client' // types\n\n",
  'const prefix = `\n  prisma.$use(async (params, next) => next(params))\n`\n',
  '@sealed\nclass Service {}\n',
]
const CLIENTS = [
  'const prisma = new PrismaClient()',
  'export const prisma = new PrismaClient({\n  log: ["query"], // all\n});',
  'let prisma = new PrismaClient',
  'const prisma = new PrismaClient<Options>(/* none */) // trailing;',
  'const prisma = new PrismaClient() /* trailing\n\n over lines */',
]
const MIDDLEWARE = [
  'prisma.$use(async (params, next) => next(params))',
  '// above 🎉\nprisma.$use((params, next) => {\n  // inside\n  return next(params) // after\n});',
  '/* wide\n * block\n\n */\nprisma.$use(\n  async (params, next) => {\n    const { model } = params\n    if (model === "User") {\n      params.args.where = { ...params.args.where, tag: `\n  as it is\n` }\n    }\n    return next(params)\n  },\n)',
  'prisma.$use(async function (p, query) { /* text */ log(p.action, <Row>p.model)\n  try {\n    return await query(p)\n  } finally {\n    log("🏁")\n  }\n}) /* end */',
  'prisma.$use(async ({ model, args, action }, next /* => */) => { (log)(action); return next({ model, action, args: { ...args, take: 1 } }) })',
  'prisma.$use((params: any, next: (p: any) => any) => /* => */ next(params))',
  'prisma.$use(({ model, action, args }, next) =>\n  // kept =>\n  action === "queryRaw" ? null : next({ model, action, args }),\n)',
]
const BETWEEN = ['', '\n', '// between\n\n', 'const settings = { query: 1 }\n']
const TRAILERS = [
  '',
  'export default prisma\n',
  ';[prisma].forEach(warm)\n',
  '\n/* last */ module.exports = { prisma }',
  'export async function read() {\n  return prisma.user.findMany()\n}\n',
]
const FORMATS: Array<(text: string) => string> = [
  (text) => text,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('  ', '\t'),
]

const part = <Part>(parts: readonly Part[]): fc.Arbitrary<Part> => fc.constantFrom(...parts)
const program = fc.record({
  header: part(HEADERS),
  client: part(CLIENTS),
  middleware: fc.array(fc.tuple(part(BETWEEN), part(MIDDLEWARE)), { minLength: 1, maxLength: 3 }),
  trailer: part(TRAILERS),
  format: part(FORMATS),
})

const comments = (text: string): string[] =>
  (text.match(/\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g) ?? [])
    .map((comment) => comment.replaceAll(/\s+/g, ' ').trim())
    .filter((comment) => !comment.startsWith('// Middleware was told'))
    .toSorted()

describe('rewriteMiddleware', () => {
  it('writes a program that parses, keeps every comment and the text around, and is done', () => {
    fc.assert(
      fc.property(program, ({ header, client, middleware, trailer, format }) => {
        const uses = middleware.map(([between, use]) => `${between}${use}\n`).join('')
        const text = format(`${header}${client}\n${uses}${trailer}`)

        const result = rewritten(text)

        expect(result.reasons).toEqual([])
        expect(parseModule('db.ts', result.text)).toMatchObject({ ok: true })
        expect(result.text.startsWith(format(header))).toBe(true)
        expect(result.text.endsWith(format(trailer))).toBe(true)
        expect(comments(result.text)).toEqual(comments(text))
        expect(result.text.match(/\$allOperations/g)).toHaveLength(middleware.length)
        expect(/(?<!\r)\n/.test(result.text)).toBe(/(?<!\r)\n/.test(text))
        expect(rewritten(result.text)).toMatchObject({ edits: [], reviews: [] })
      }),
      { numRuns: 300 },
    )
  })
})
