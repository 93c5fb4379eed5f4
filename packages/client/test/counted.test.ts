import { describe, expect, it } from 'vitest'
import { counted } from '../src/counted.ts'
import { Work } from '../src/work.ts'

/** A promise as Prisma makes them: lazy, tagged, and with members of its own. */
function prismaPromise(then: PromiseLike<unknown>['then'], members: object = {}): object {
  return { then, [Symbol.toStringTag]: 'PrismaPromise', ...members }
}

describe('what a method returned', () => {
  it('is handed out as it is where it is no promise', () => {
    const work = new Work('default')
    const value = { then: 'no function' }

    expect(counted(work, value)).toBe(value)
    expect(counted(work, 1)).toBe(1)
    expect(counted(work, null)).toBe(null)
    expect(work.inFlight).toBe(0)
  })

  it('is no unit when it fails before it starts', async () => {
    const work = new Work('default')
    const broken = counted(
      work,
      prismaPromise(() => {
        throw new Error('no engine')
      }),
    )

    await expect(broken).rejects.toThrow('no engine')
    expect(work.inFlight).toBe(0)
  })

  it('runs anew each time that somebody awaits it, as a PrismaPromise does', async () => {
    const work = new Work('default')
    let runs = 0
    const lazy = counted(
      work,
      prismaPromise((...react) => Promise.resolve(++runs).then(...react)),
    )

    expect([await lazy, await lazy]).toEqual([1, 2])
    expect(work.inFlight).toBe(0)
  })

  it('is refused when it was made before the drain and is awaited after it', async () => {
    const work = new Work('default')
    let runs = 0
    const lazy = counted(
      work,
      prismaPromise((...react) => Promise.resolve(++runs).then(...react)),
    )
    work.admit('nested')

    await expect(lazy).rejects.toMatchObject({ code: 'DRAINED' })
    expect([runs, work.inFlight]).toEqual([0, 0])
  })

  it('keeps its tag, its values, and the `this` of its methods', () => {
    const members = {
      spec: { action: 'findUnique' },
      requestTransaction(this: unknown, id: number): unknown {
        return [this, id]
      },
    }
    const original = prismaPromise((...react) => Promise.resolve().then(...react), members)
    // Made of the object above, whose members it shows.
    const lazy = counted(new Work('default'), original) as typeof members

    expect(Object.prototype.toString.call(lazy)).toBe('[object PrismaPromise]')
    expect(lazy.spec).toBe(members.spec)
    expect(lazy.requestTransaction(1)).toEqual([original, 1])
    expect(Reflect.get(lazy, 'batch')).toBeUndefined()
    expect(String(Object.getPrototypeOf(lazy))).toBe('[object PrismaPromise]')
  })
})
