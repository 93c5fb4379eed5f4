import { afterEach, describe, expect, it } from 'vitest'
import { registry } from '../src/registry.ts'
import { sharePrisma } from '../src/share-prisma.ts'

afterEach(() => {
  delete registry().testedAs
})

// `@oneprisma/testing` relies on it, and tests what it does with it.
describe('testedAs', () => {
  it('puts something in the place of a driver adapter', async () => {
    const asked: unknown[] = []
    const adapter = (adapterName: string): object => ({
      adapterName,
      provider: 'postgres',
      connect: async () => ({}),
    })
    registry().testedAs = <Factory extends object>(factory: Factory, client: string): Factory => {
      asked.push(factory, client)
      // It has what `observe` asks of one.
      return adapter('of the test') as Factory
    }
    const given = adapter('given')
    await using prisma = sharePrisma(({ observe }) => ({ adapter: observe(given) }), { name: 'a' })

    expect(prisma.adapter).toMatchObject({ adapterName: 'of the test' })
    expect(asked).toEqual([given, 'a'])
  })
})
