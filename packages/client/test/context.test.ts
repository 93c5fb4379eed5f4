import { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import pg from 'pg'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
  vi,
} from 'vitest'
import { requestContext, withRequestContext } from '../src/context.ts'
import type { RequestContext, RequestContextInput } from '../src/context.ts'
import { disconnect, sharePrisma } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

const REGISTRY = Symbol.for('@oneprisma/client/1')
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

/** The context that a scope made of `input` has. */
const contextOf = async (input: RequestContextInput): Promise<RequestContext | undefined> =>
  withRequestContext(input, requestContext)

describe('requestContext', () => {
  it('is undefined outside of every scope', async () => {
    await withRequestContext({}, () => undefined)

    expect(requestContext()).toBeUndefined()
  })

  it('cannot be changed', async () => {
    const context = await contextOf({ requestId: 'a', tags: { job: 'b' } })

    expect(() => Object.assign(context ?? {}, { requestId: 'b' })).toThrow(TypeError)
    expect(() => Object.assign(context?.tags ?? {}, { job: 'c' })).toThrow(TypeError)
  })

  it('does not change with the object that it was made of', async () => {
    const input = { requestId: 'a', tags: { job: 'b' } }

    await withRequestContext(input, () => {
      input.tags.job = 'c'
      expect(requestContext()?.tags).toEqual({ job: 'b' })
    })
  })
})

describe('withRequestContext', () => {
  it('has what it was told', async () => {
    const input = { requestId: 'a', traceparent: 't', route: '/r', user: 'u', tenant: 'n' }

    expect(await contextOf({ ...input, tags: { job: 'b' } })).toEqual({
      ...input,
      tags: { job: 'b' },
    })
  })

  it('makes an id where none is given, another one each time', async () => {
    const [one, two] = [await contextOf({}), await contextOf({})]

    expect(one).toEqual({ requestId: expect.stringMatching(UUID), tags: {} })
    expect(two?.requestId).not.toBe(one?.requestId)
  })

  it('inherits what is not given, and adds tags', async () => {
    const outer = { requestId: 'a', route: '/outer', user: 'u', tags: { kept: '1', both: '1' } }

    const inner = await withRequestContext(outer, async () =>
      contextOf({ route: '/inner', tags: { both: '2', added: '2' } }),
    )

    expect(inner).toEqual({
      requestId: 'a',
      route: '/inner',
      user: 'u',
      tags: { kept: '1', both: '2', added: '2' },
    })
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', ' '],
  ])('takes a value that is %s as not given', async (_, value) => {
    const inner = await withRequestContext({ requestId: 'a', user: 'u', tags: { t: '1' } }, () =>
      contextOf({ requestId: value, user: value, tenant: value, tags: { t: value, s: value } }),
    )

    expect(inner).toEqual({ requestId: 'a', user: 'u', tags: { t: '1' } })
  })

  it('goes back to the context around it', async () => {
    await withRequestContext({ requestId: 'outer' }, async () => {
      await contextOf({ requestId: 'inner' })

      expect(requestContext()?.requestId).toBe('outer')
    })
  })

  it('reaches timers, promises and callbacks that are begun inside of it', async () => {
    const seen = await withRequestContext({ requestId: 'a' }, async () =>
      Promise.all([
        new Promise((resolve) => setTimeout(() => resolve(requestContext()?.requestId), 0)),
        new Promise((resolve) => process.nextTick(() => resolve(requestContext()?.requestId))),
        Promise.resolve().then(() => requestContext()?.requestId),
      ]),
    )

    expect(seen).toEqual(['a', 'a', 'a'])
  })

  it('rejects with what is thrown, as it is', async () => {
    const error = new Error('as asked')
    const failing = withRequestContext({}, () => {
      throw error
    })

    await expect(failing).rejects.toBe(error)
    expect(requestContext()).toBeUndefined()
  })

  it.each([
    ['a user that is a number', { user: 42 }, 'Expected `user` to be a string, got 42 (number).'],
    ['a tag that is an object', { tags: { t: {} } }, 'Expected `t` to be a string, got (object).'],
    ['no object', 'id', 'Expected `context` to be an object, got "id" (string).'],
    ['null', null, 'Expected `context` to be an object, got (object).'],
  ])('refuses %s', async (_, input, message) => {
    // What JavaScript could pass.
    const refused = contextOf(input as RequestContextInput)

    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(message),
    })
  })

  it('says so where there is no node:async_hooks', async () => {
    const registry: unknown = Reflect.get(globalThis, REGISTRY)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    Reflect.deleteProperty(globalThis, REGISTRY)
    onTestFinished(() => {
      vi.restoreAllMocks()
      Reflect.set(globalThis, REGISTRY, registry)
    })

    await expect(contextOf({})).rejects.toMatchObject({ code: 'UNSUPPORTED_RUNTIME' })
    expect(requestContext()).toBeUndefined()
  })

  it('refuses what is not a function', async () => {
    // A likely mistake: the call itself instead of a function that makes it.
    const refused = withRequestContext({}, Promise.resolve() as unknown as () => void)

    await expect(refused).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })
})

/** What a request does: it waits, or runs more in a scope of its own, at once or beside the rest. */
type Step =
  | { readonly kind: 'wait' }
  | { readonly kind: 'scope' | 'fork'; readonly tag: string; readonly steps: readonly Step[] }

const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<Step>({ kind: 'wait' }),
    fc.record({
      kind: fc.constantFrom('scope' as const, 'fork' as const),
      tag: fc.constantFrom('a', 'b', 'c'),
      steps: tie('steps'),
    }),
  ),
}))

describe('concurrent requests', () => {
  it('never see the context of one another, however their scopes and waits interleave', async () => {
    let checks = 0
    const perform = async (
      program: readonly Step[],
      expected: RequestContext,
      scheduler: fc.Scheduler,
    ): Promise<void> => {
      const forks: Array<Promise<void>> = []
      for (const step of program) {
        // oxlint-disable-next-line no-await-in-loop -- The steps of a request follow one another.
        await scheduler.schedule(Promise.resolve(), expected.requestId)
        checks++
        expect(requestContext()).toEqual(expected)
        if (step.kind === 'wait') continue

        const value = `${expected.requestId}.${checks}`
        const tags = { ...expected.tags, [step.tag]: value }
        const nested = withRequestContext({ tags: { [step.tag]: value } }, async () =>
          perform(step.steps, { ...expected, tags }, scheduler),
        )
        if (step.kind === 'fork') forks.push(nested)
        // oxlint-disable-next-line no-await-in-loop
        else await nested
        expect(requestContext()).toEqual(expected)
      }
      await Promise.all(forks)
      expect(requestContext()).toEqual(expected)
    }

    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(steps, { minLength: 2, maxLength: 6 }),
        async (scheduler, requests) => {
          const ended = requests.map(async (program, no) => {
            const context = { requestId: `r${no}`, user: `u${no}`, tags: {} }
            return withRequestContext(context, async () => perform(program, context, scheduler))
          })
          await scheduler.waitFor(Promise.all(ended))
          expect(requestContext()).toBeUndefined()
        },
      ),
      { numRuns: 1_000 },
    )
    expect(checks).toBeGreaterThan(10_000)
  })
})

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: {
    count(): Promise<number>
    findUnique(args: { where: { id: number } }): Promise<{ id: number } | null>
  }
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>): Promise<Result>
  $transaction(batch: Array<Promise<unknown>>): Promise<unknown[]>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

describe('a client of Prisma', () => {
  const admin = new pg.Client(inject('databaseUrl'))
  let prisma: ItemClient
  let seen: Array<string | undefined>

  beforeAll(async () => {
    await admin.connect()
    await admin.query(
      'CREATE SCHEMA context_test; CREATE TABLE context_test."Item" (id serial PRIMARY KEY, label text, "parentId" int)',
    )
  })
  afterAll(async () => {
    await admin.query('DROP SCHEMA context_test CASCADE')
    await admin.end()
  })
  beforeEach(() => {
    forgetSharedClients()
    seen = []
    const { config, options, transactionOptions } = pgPool(
      `${inject('databaseUrl')}?schema=context_test&connection_limit=4`,
    )
    prisma = sharePrisma(
      ({ observe }) =>
        new PrismaClient({
          adapter: observe(noting(new PrismaPg(config, options))),
          transactionOptions,
        }),
    )
    return async () => disconnect(prisma)
  })

  /** An adapter that notes who asks for every statement. */
  function noting(factory: PrismaPg): PrismaPg {
    const connect = factory.connect.bind(factory)
    factory.connect = async () => {
      const adapter = await connect()
      const queryRaw = adapter.queryRaw.bind(adapter)
      adapter.queryRaw = async (query) => {
        seen.push(requestContext()?.requestId)
        return queryRaw(query)
      }
      return adapter
    }
    return factory
  }

  it.each<[string, () => PromiseLike<unknown>]>([
    ['an operation', () => prisma.item.count()],
    ['a raw query', () => prisma.$queryRawUnsafe('SELECT 1')],
    ['a batch', () => prisma.$transaction([prisma.$queryRawUnsafe('SELECT 1')])],
    ['a unique row', () => prisma.item.findUnique({ where: { id: 1 } })],
  ])('sends %s inside the scope that it is returned from', async (_, ask) => {
    await withRequestContext({ requestId: 'mine' }, ask)

    expect(seen).toEqual(['mine'])
  })

  it('keeps the context in an interactive transaction', async () => {
    const id = await withRequestContext({ requestId: 'mine' }, () =>
      prisma.$transaction(async (tx) => {
        await tx.item.count()
        return requestContext()?.requestId
      }),
    )

    expect(id).toBe('mine')
  })

  it('keeps requests on the connections of one pool apart', async () => {
    const ids = Array.from({ length: 200 }, (_, no) => `r${no}`)

    const after = await Promise.all(
      ids.map(async (requestId) =>
        withRequestContext({ requestId }, async () => {
          await prisma.item.count()
          await prisma.$queryRawUnsafe('SELECT 1')
          return requestContext()?.requestId
        }),
      ),
    )

    expect(after).toEqual(ids)
    expect(seen).toHaveLength(2 * ids.length)
    expect(new Set(seen)).toEqual(new Set(ids))
  })

  it('merges the unique rows of several requests of one tick, which all keep their context', async () => {
    const rows = await Promise.all(
      ['a', 'b', 'c'].map(async (requestId, no) =>
        withRequestContext({ requestId }, async () => {
          await prisma.item.findUnique({ where: { id: no } })
          return requestContext()?.requestId
        }),
      ),
    )

    expect(rows).toEqual(['a', 'b', 'c'])
    // One statement for three requests: it belongs to the first, which is why none is named in it.
    expect(seen).toEqual(['a'])
  })
})
