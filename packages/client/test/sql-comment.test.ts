import { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { disconnect, sharePrisma } from '../src/index.ts'
import { withRetry } from '../src/retry.ts'
import { sqlComment } from '../src/sql-comment.ts'
import { telemetry, type CommentOptions } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface RawClient {
  $queryRawUnsafe<Row>(sql: string, ...values: unknown[]): Promise<Row[]>
  $transaction<Result>(run: (tx: RawClient) => Promise<Result>): Promise<Result>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => RawClient
const OWN_TEXT = 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()'
const opened: object[] = []

beforeEach(() => {
  forgetSharedClients()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((prisma) => disconnect(prisma)))
})

function share(
  comments: CommentOptions,
  options: object = {},
  wrap: (adapter: PrismaPg) => PrismaPg = (adapter) => adapter,
): RawClient {
  const prisma = sharePrisma(
    ({ observe }) => {
      const config = { connectionString: inject('databaseUrl'), max: 1 }
      return new PrismaClient({ adapter: observe(wrap(new PrismaPg(config, options))) })
    },
    { telemetry: telemetry({ log: false, comments }) },
  )
  opened.push(prisma)
  return prisma
}

describe('sqlComment', () => {
  it('writes tags in the order of their names, as sqlcommenter has it', () => {
    expect(sqlComment({ route: '/a b', app: 'shop', request_id: 'r' })).toBe(
      `/*app='shop',request_id='r',route='%2Fa%20b'*/`,
    )
    expect(sqlComment({ app: undefined, route: '' })).toBe('')
  })

  it('lets no value end the comment, or look like a placeholder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (route, request) => {
        const comment = sqlComment({
          app: 'a',
          route,
          request_id: `${request}'*/; DROP TABLE t --`,
        })

        expect(comment.indexOf('*/')).toBe(comment.length - 2)
        expect(comment.lastIndexOf('/*')).toBe(0)
        expect(comment).toMatch(/^\/\*[\x21-\x7e]+\*\/$/)
        expect(comment).not.toMatch(/[$?:@;\\]/)
        expect(comment.length).toBeLessThanOrEqual(512)
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives the least important up where all are too long', () => {
    const long = 'ü'.repeat(200)

    const comment = sqlComment({ app: 'shop', request_id: 'r', route: long, release: '1' })

    expect(comment).toBe(`/*app='shop',release='1',request_id='r'*/`)
  })
})

describe('comments of telemetry', () => {
  it('stand where the server keeps them when it cuts the text, and at the end it does not', async () => {
    const prisma = share({ app: 'shop' })
    const long = `${OWN_TEXT} AND '${'x'.repeat(2_000)}' <> ''`

    const [front] = await prisma.$queryRawUnsafe<{ query: string }>(long)
    const [end] = await prisma.$queryRawUnsafe<{ query: string }>(`${long} /*at='the end'*/`)

    expect(front?.query).toContain(`/*app='shop'*/ SELECT`)
    expect(end?.query).not.toContain('the end')
  })

  it('say who asked, in a transaction as well, and leave its ends alone', async () => {
    const prisma = share({ app: 'shop', release: '7' })
    const seen = await withRequestContext(
      {
        requestId: 'r1',
        route: '/orders',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      },
      () =>
        prisma.$transaction(async (tx) => {
          const [own] = await tx.$queryRawUnsafe<{ query: string }>(OWN_TEXT)
          return own?.query
        }),
    )
    const admin = new pg.Client(inject('databaseUrl'))
    await admin.connect()
    onTestFinished(() => admin.end())
    const { rows } = await admin.query<{ query: string }>(
      `SELECT query FROM pg_stat_activity WHERE query = 'COMMIT'`,
    )

    expect(seen).toContain(
      `/*app='shop',release='7',request_id='r1',route='%2Forders',traceparent='00-${'a'.repeat(32)}-${'b'.repeat(16)}-01'*/ SELECT`,
    )
    expect(rows.length).toBeGreaterThan(0)
  })

  it('carry the program alone outside of a request, and where that is asked for', async () => {
    const outside = share({ app: 'shop' })
    const [one] = await outside.$queryRawUnsafe<{ query: string }>(OWN_TEXT)
    await disconnect(outside)
    forgetSharedClients()
    const never = share({ app: 'shop', perRequest: false })
    const [other] = await withRequestContext({ requestId: 'r1' }, () =>
      never.$queryRawUnsafe<{ query: string }>(OWN_TEXT),
    )

    expect(one?.query).toBe(`/*app='shop'*/ ${OWN_TEXT}`)
    expect(other?.query).toBe(`/*app='shop'*/ ${OWN_TEXT}`)
  })

  it.each([
    ['an adapter', (adapter: PrismaPg) => adapter],
    ['an adapter with retries', (adapter: PrismaPg) => withRetry(adapter)],
  ])('are the same for all requests where statements of %s are prepared', async (_, wrap) => {
    const options = { statementNameGenerator: () => 'own_text' }
    const prisma = share({ app: 'shop' }, options, wrap)
    const ask = (requestId: string) =>
      withRequestContext({ requestId }, () => prisma.$queryRawUnsafe<{ query: string }>(OWN_TEXT))

    await ask('r1')
    const [again] = await ask('r2')

    // Else PostgreSQL would have to keep a statement for every request, and pg refuses to.
    expect(again?.query).toBe(`/*app='shop'*/ ${OWN_TEXT}`)
  })
})
