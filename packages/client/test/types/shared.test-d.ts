import { PrismaAdapter as AuthJsAdapter } from '@auth/prisma-adapter'
import { PrismaAdapter as NextAuthAdapter } from '@next-auth/prisma-adapter'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expectTypeOf, it } from 'vitest'
import {
  sharePrisma,
  type InferClient,
  type InferClientOrTransaction,
  type InferTransaction,
} from '../../src/index.ts'
import { pgPool } from '../../src/pg.ts'
import { PrismaClient, type Prisma } from './generated/client.ts'

const plain = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool('postgres://localhost/db')
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
})

const extended = sharePrisma(({ observe }) =>
  new PrismaClient({
    adapter: observe(new PrismaPg('postgres://localhost/db')),
    omit: { user: { email: true } },
  }).$extends({
    model: { user: { signUp: async (email: string) => email.length } },
    result: { post: { shout: { needs: { title: true }, compute: (post) => post.title + '!' } } },
  }),
)

const logging = sharePrisma(
  () =>
    new PrismaClient({
      adapter: new PrismaPg('postgres://localhost/db'),
      log: [{ emit: 'event', level: 'query' }],
    }),
)

describe('sharePrisma', () => {
  it('has the type that its callback returns', () => {
    expectTypeOf(plain).toEqualTypeOf<PrismaClient & AsyncDisposable>()
    expectTypeOf(plain.user.findMany()).resolves.toEqualTypeOf<
      Array<{ id: number; email: string }>
    >()
  })

  it('keeps extensions and omitted fields', () => {
    expectTypeOf(extended.user.signUp('a')).resolves.toBeNumber()
    expectTypeOf(extended.user.findFirstOrThrow()).resolves.toEqualTypeOf<{ id: number }>()
    expectTypeOf(extended.post.findFirstOrThrow()).resolves.toHaveProperty('shout')
  })

  it('keeps typed events', () => {
    expectTypeOf(logging.$on<'query'>)
      .parameter(1)
      .parameter(0)
      .toEqualTypeOf<Prisma.QueryEvent>()
  })

  it('refuses a callback that returns no object', () => {
    // @ts-expect-error A number is no client.
    sharePrisma(() => 1)
  })

  it('refuses an adapter option that does not exist', () => {
    // @ts-expect-error The option is called `acquireTimeoutMs`.
    pgPool('postgres://localhost/db', { acquireTimeout: 1 })
  })
})

describe('InferTransaction', () => {
  it('is what an interactive transaction gets, without a cast', () => {
    expectTypeOf<InferTransaction<typeof plain>>().toExtend<Prisma.TransactionClient>()
    expectTypeOf<Prisma.TransactionClient>().toExtend<InferTransaction<typeof plain>>()
    void plain.$transaction(async (tx) => {
      expectTypeOf(tx).toEqualTypeOf<InferTransaction<typeof plain>>()
    })
    const signUp = async (tx: InferTransaction<typeof extended>) => tx.user.signUp('a')
    void extended.$transaction(async (tx) => signUp(tx))
    expectTypeOf(signUp).returns.resolves.toBeNumber()
  })

  it('lacks what belongs to the whole client', () => {
    expectTypeOf<InferTransaction<typeof plain>>().not.toHaveProperty('$disconnect')
  })
})

describe('InferClientOrTransaction', () => {
  it('serves functions that work inside and outside of a transaction', () => {
    const count = async (db: InferClientOrTransaction<typeof plain>) => db.user.count()

    void count(plain)
    void plain.$transaction(async (tx) => count(tx))
    expectTypeOf<InferClient<typeof plain>>().toEqualTypeOf<typeof plain>()
  })
})

describe('the adapters of NextAuth and Auth.js', () => {
  it('take the handle without a cast', () => {
    NextAuthAdapter(plain)
    AuthJsAdapter(plain)
    AuthJsAdapter(extended)
  })
})
