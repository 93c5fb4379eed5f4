import { inspect } from 'node:util'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { disconnect, sharePrisma, status, statusAll } from '../src/index.ts'
import { deferred, fakeClient, forgetSharedClients } from './fake-client.ts'

beforeEach(forgetSharedClients)

describe('sharePrisma', () => {
  it('creates nothing until the first use', () => {
    const create = vi.fn(() => fakeClient('a'))

    const prisma = sharePrisma(create)
    expect(create).not.toHaveBeenCalled()

    expect(prisma.$version).toBe('a')
    expect(create).toHaveBeenCalledOnce()
  })

  it.each([
    ['awaiting it', async (prisma: object) => await prisma],
    ['console.log', async (prisma: object) => inspect(prisma)],
    ['JSON', async (prisma: object) => JSON.stringify(prisma)],
    ['a template', async (prisma: object) => String(prisma)],
    ['symbols', async (prisma: object) => Reflect.get(prisma, Symbol.toStringTag)],
    ['its keys', async (prisma: object) => Object.keys(prisma)],
    ['$extends', async (prisma: object) => callMember(prisma, '$extends', [{}])],
    ['$disconnect', async (prisma: object) => callMember(prisma, '$disconnect', [])],
    ['status', async (prisma: object) => status(prisma)],
    ['statusAll', async () => statusAll()],
    ['disconnect', async (prisma: object) => disconnect(prisma)],
  ])('is not used by %s', async (_, look) => {
    const create = vi.fn(() => fakeClient('a'))
    const prisma = sharePrisma(create)

    await look(prisma)

    expect(create).not.toHaveBeenCalled()
  })

  it('shares one client between all handles of a name', async () => {
    const first = sharePrisma(() => fakeClient('a', 'first'))
    const second = sharePrisma(() => fakeClient('a', 'second'))

    expect(await first.user.findMany()).toEqual(['first'])
    expect(await second.user.findMany()).toEqual(['first'])
    expect(statusAll()).toHaveLength(1)
    expect(status(second).generation).toBe(1)
  })

  it('keeps names apart', async () => {
    const users = sharePrisma(() => fakeClient('a', 'users'))
    const billing = sharePrisma(() => fakeClient('b', 'billing'), { name: 'billing' })

    expect(await users.user.findMany()).toEqual(['users'])
    expect(await billing.user.findMany()).toEqual(['billing'])
    expect(statusAll().map((one) => one.name)).toEqual(['billing', 'default'])
  })

  it('shows itself without its client', () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    expect(inspect(prisma)).toContain('SharedPrisma(default, generation none yet)')

    void prisma.$version

    expect(inspect(prisma)).toContain('SharedPrisma(default, generation 1)')
  })

  it('hands out values that are no delegates as they are', () => {
    const prisma = sharePrisma(() => fakeClient('a'))

    expect(prisma.user.fields.get('id')).toBe('Int')
  })

  it('keeps what a test puts on it, and gives it back untouched', async () => {
    const prisma = sharePrisma(() => fakeClient('a', 'real'))
    const spy = vi.spyOn(prisma.user, 'findMany').mockResolvedValue(['spied'])

    expect(await prisma.user.findMany()).toEqual(['spied'])
    expect(prisma.user.findMany).toHaveBeenCalledOnce()

    spy.mockRestore()
    expect(await prisma.user.findMany()).toEqual(['real'])
  })

  it('forgets what a test put on it when that is removed', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const spy = vi.spyOn(prisma.user, 'findMany').mockResolvedValue(['spied'])
    Object.defineProperty(prisma, '$version', { get: () => 'defined', configurable: true })

    expect([await prisma.user.findMany(), prisma.$version]).toEqual([['spied'], 'defined'])
    prisma.$version = 'assigned'
    expect([prisma.$version, '$version' in prisma]).toEqual(['assigned', true])

    spy.mockRestore()
    Reflect.deleteProperty(prisma, '$version')
    expect([await prisma.user.findMany(), prisma.$version]).toEqual([['a'], 'a'])
  })

  it('shows a delegate without creating a client for it', () => {
    const { user } = sharePrisma(() => fakeClient('a'))
    forgetSharedClients()

    expect(inspect(user)).toBe('SharedPrisma(default, generation 1).user')
    expect(Object.prototype.toString.call(user)).toBe('[object Object]')
  })

  it('answers questions of tools without creating a client', () => {
    const prisma = sharePrisma(() => fakeClient('a'))

    expect(Symbol.iterator in prisma).toBe(false)
    expect(Object.keys(prisma)).toEqual([])
    expect(Object.getOwnPropertyDescriptor(prisma, '$version')).toBeUndefined()
    expect(status(prisma).state).toBe('idle')
  })

  it('hands out what is nothing as nothing', () => {
    const prisma = sharePrisma(() => ({ none: null, zero: 0, missing: undefined }))

    expect([prisma.none, prisma.zero, prisma.missing]).toEqual([null, 0, undefined])
  })

  it('describes members of the client so that a test may replace them', () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    void prisma.$version

    expect(Object.keys(prisma.user)).toEqual(['findMany', 'fields'])
    expect(Object.getOwnPropertyDescriptor(prisma, '$version')).toEqual({
      value: 'a',
      enumerable: true,
      writable: true,
      configurable: true,
    })
  })

  it('describes what was put on it as its own', () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    prisma.$version = 'assigned'

    expect(Object.getOwnPropertyDescriptor(prisma, '$version')).toMatchObject({
      value: 'assigned',
      configurable: true,
    })
  })

  it('answers `in` and the keys of the client behind it', () => {
    const prisma = sharePrisma(() => fakeClient('a'))

    expect('$slow' in prisma).toBe(true)
    expect('nothing' in prisma).toBe(false)
    expect(Object.keys(prisma)).toContain('user')
  })

  it('lets a delegate that somebody kept follow the client', async () => {
    const { user } = sharePrisma(() => fakeClient('a', 'old'))
    expect(await user.findMany()).toEqual(['old'])

    const renewed = sharePrisma(() => fakeClient('b', 'new'))
    await renewed.user.findMany()

    expect(await user.findMany()).toEqual(['new'])
  })

  it('says who created the client, and where', () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    void prisma.$version

    expect(status(prisma).createdBy).toMatch(/share-prisma\.test\.ts:\d+:\d+$/)
  })

  it('calls the methods of a client on that client', async () => {
    class Counter {
      #count = 0
      readonly _engineConfig = { inlineSchema: 'a' }
      async increment(): Promise<number> {
        return ++this.#count
      }
    }
    const counter = sharePrisma(() => new Counter())

    await counter.increment()
    expect(await counter.increment()).toBe(2)
  })
})

describe('status', () => {
  it('tells that nothing has happened yet', () => {
    const prisma = sharePrisma(() => fakeClient('a'))

    expect(status(prisma)).toEqual({
      name: 'default',
      state: 'idle',
      generation: 0,
      schemaFingerprint: undefined,
      runtime: 'test',
      createdAt: undefined,
      createdBy: undefined,
      pool: undefined,
      unitsInFlight: 0,
      transactionsOpen: undefined,
      connectionsDiscarded: undefined,
      queries: undefined,
      draining: [],
    })
  })

  it('counts the units in flight', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const work = deferred<string>()
    const slow = prisma.$slow(work.promise)

    expect(status(prisma).unitsInFlight).toBe(1)

    work.resolve('done')
    expect(await slow).toBe('done')
    expect(status(prisma).unitsInFlight).toBe(0)
  })

  it('counts a unit that failed as ended', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))

    await expect(prisma.$slow(Promise.reject(new Error('no')))).rejects.toThrow('no')

    expect(status(prisma).unitsInFlight).toBe(0)
  })

  it('refuses a client that is not shared', () => {
    expect(() => status(fakeClient('a'))).toThrow(
      expect.objectContaining({ code: 'NOT_A_SHARED_CLIENT' }),
    )
  })
})

function callMember(object: object, name: string, args: unknown[]): unknown {
  const member: unknown = Reflect.get(object, name)
  return typeof member === 'function' ? Reflect.apply(member, object, args) : undefined
}
