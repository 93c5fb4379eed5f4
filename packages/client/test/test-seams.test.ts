import { afterEach, describe, expect, it } from 'vitest'
import { sharePrisma } from '../src/share-prisma.ts'

const ADAPTER = Symbol.for('@oneprisma/client/1/adapter')
const SLOT = Symbol.for('@oneprisma/client/1/slot')

interface Slot {
  standIn: object | undefined
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, ADAPTER)
})

// `@oneprisma/testing` relies on both, and tests what it does with them.
describe('the seams for tests', () => {
  it('put something in the place of a driver adapter', async () => {
    const asked: unknown[] = []
    const adapter = (adapterName: string): object => ({
      adapterName,
      provider: 'postgres',
      connect: async () => ({}),
    })
    Reflect.set(globalThis, ADAPTER, (factory: object, name: string) => {
      asked.push(factory, name)
      return adapter('stands in')
    })
    const given = adapter('given')
    await using prisma = sharePrisma(({ observe }) => ({ adapter: observe(given) }), { name: 'a' })

    expect(prisma.adapter).toMatchObject({ adapterName: 'stands in' })
    expect(asked).toEqual([given, 'a'])
  })

  it('put something in the place of the client, also where members were kept', async () => {
    let created = 0
    await using prisma = sharePrisma(
      () => {
        created++
        return { count: () => 1, user: { count: () => 1 }, $extends: () => ({ count: () => 3 }) }
      },
      { name: 'b' },
    )
    const slot = slotOf(prisma)
    const extended = prisma.$extends()
    slot.standIn = { user: {} }
    expect('user' in prisma).toBe(true)
    expect('count' in prisma).toBe(false)
    expect(created).toBe(0)

    slot.standIn = undefined
    const { count, user } = prisma
    slot.standIn = { count: () => 2, user: { count: () => 2 } }
    expect([prisma.count(), prisma.user.count(), count(), user.count()]).toEqual([2, 2, 2, 2])
    expect(extended.count()).toBe(2)

    slot.standIn = undefined
    expect([prisma.count(), prisma.user.count(), count(), user.count()]).toEqual([1, 1, 1, 1])
    expect(extended.count()).toBe(3)
  })
})

function slotOf(handle: object): Slot {
  // Handles answer to the symbol with their slot.
  return Reflect.get(handle, SLOT) as Slot
}
