import { sharePrisma } from '@oneprisma/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mockClient } from '../src/mock-client.ts'
import { isolateClients } from '../src/isolate-clients.ts'

interface User {
  readonly id: number
}

const create = vi.fn(() => ({
  user: {
    findUnique: async (_args: { where: { id: number } }): Promise<User | null> => null,
    count: async (): Promise<number> => 7,
  },
  $transaction: async <Result>(run: (tx: object) => Promise<Result>): Promise<Result> => run({}),
  $disconnect: async (): Promise<void> => {},
}))

let isolated: AsyncDisposable

beforeEach(() => {
  isolated = isolateClients()
})
afterEach(async () => {
  await isolated[Symbol.asyncDispose]()
  create.mockClear()
})

describe('mockClient', () => {
  it('answers for the shared client, creates none, and gives it back', async () => {
    const prisma = sharePrisma(create)
    const findUnique = vi.fn(async () => ({ id: 1 }))
    {
      using _ = mockClient(prisma, { user: { findUnique } })

      expect(await prisma.user.findUnique({ where: { id: 1 } })).toEqual({ id: 1 })
      expect(prisma.user.findUnique).toHaveBeenCalledWith({ where: { id: 1 } })
      expect(create).not.toHaveBeenCalled()
    }
    expect(await prisma.user.findUnique({ where: { id: 1 } })).toBeNull()
  })

  it('answers for delegates and functions that were kept, and for later evaluations', async () => {
    const prisma = sharePrisma(create)
    const { user } = prisma
    const { count } = user
    {
      using _ = mockClient(prisma, { user: { count: async () => 1 } })
      const later = sharePrisma(create)

      expect(await Promise.all([user.count(), count(), later.user.count()])).toEqual([1, 1, 1])
    }
    expect(await Promise.all([user.count(), count()])).toEqual([7, 7])
  })

  it('answers for extended handles, those that were made before among them', async () => {
    const prisma = sharePrisma(() => ({
      ...create(),
      $extends: () => ({ user: { count: async () => 8 } }),
    }))
    const extended = prisma.$extends()
    {
      using _ = mockClient(prisma, { user: { count: async () => 1 } })

      expect(await extended.user.count()).toBe(1)
    }
    expect(await extended.user.count()).toBe(8)
  })

  it('takes functions for delegates where operations are on them, as deep mocks have it', async () => {
    const prisma = sharePrisma(create)
    const findMany = vi.fn(async () => [])
    const count = vi.fn(async () => 3)
    const user = Object.assign(() => {}, { findMany, count })
    using _ = mockClient<{ user: object }>(prisma, { user })

    expect(await prisma.user.count()).toBe(3)
    expect(prisma.user.count).toHaveBeenCalledOnce()
  })

  it('says which member is missing', async () => {
    const prisma = sharePrisma(create)
    using _ = mockClient(prisma, { user: {} })

    expect(() => prisma.user.count()).toThrow('"default" has no `user.count`')
    expect(() => Reflect.get(prisma, 'post')).toThrow('has no `post`')
    expect('user' in prisma).toBe(true)
    expect(await Promise.resolve(prisma)).toBe(prisma)
  })

  it('runs a transaction with the mock where the mock has none of its own', async () => {
    const prisma = sharePrisma(create)
    using _ = mockClient(prisma, { user: { count: async () => 1 } })

    const counted = await prisma.$transaction(async (tx) => {
      const { user } = tx as typeof prisma
      return user.count()
    })

    expect(counted).toBe(1)
  })

  it('may be used in another mock, which comes back at the end', async () => {
    const prisma = sharePrisma(create)
    using _ = mockClient(prisma, { user: { count: async () => 1 } })

    const inner = mockClient(prisma, { user: { count: async () => 2 } })
    expect(await prisma.user.count()).toBe(2)
    inner[Symbol.dispose]()

    expect(await prisma.user.count()).toBe(1)
  })

  it('takes the names and arguments of the client, and nothing else', async () => {
    const prisma = sharePrisma(create)

    // @ts-expect-error There is no such model.
    mockClient(prisma, { usr: {} })[Symbol.dispose]()
    // @ts-expect-error There is no such operation.
    mockClient(prisma, { user: { findOne: async () => null } })[Symbol.dispose]()
    // @ts-expect-error The argument is another one.
    mockClient(prisma, { user: { findUnique: async (_id: number) => null } })[Symbol.dispose]()

    expect(await prisma.user.count()).toBe(7)
  })

  it('refuses what is no shared client', () => {
    expect(() => mockClient({}, {})).toThrow(
      expect.objectContaining({ code: 'NOT_A_SHARED_CLIENT' }),
    )
  })
})

describe('isolateClients', () => {
  it('puts the clients aside, closes those that were made meanwhile, and gives the others back', async () => {
    const closed: string[] = []
    const make = (name: string) => () => ({
      name,
      $disconnect: async (): Promise<void> => {
        closed.push(name)
      },
    })
    const before = sharePrisma(make('before'))
    expect(before.name).toBe('before')
    {
      await using _ = isolateClients()
      expect(sharePrisma(make('inside')).name).toBe('inside')
      expect(before.name).toBe('before')
    }

    expect(closed).toEqual(['inside'])
    expect(sharePrisma(make('after')).name).toBe('before')
  })
})
