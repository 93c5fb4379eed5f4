import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runWithPrisma } from '../src/run-with-prisma.ts'
import { deferred } from './fake-client.ts'

class Context {
  readonly tasks: Array<Promise<unknown>> = []
  waitUntil(task: Promise<unknown>): void {
    this.tasks.push(task)
  }
}

const client = (disconnect = async (): Promise<void> => {}) => ({
  $disconnect: vi.fn<() => Promise<void>>(disconnect),
})

describe('runWithPrisma', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('makes a client for each run, and returns what the run returns', async () => {
    const ctx = new Context()
    const create = vi.fn<() => ReturnType<typeof client>>(client)

    expect(await runWithPrisma(ctx, create, () => 1)).toBe(1)
    expect(await runWithPrisma(ctx, create, async () => 2)).toBe(2)

    expect(create).toHaveBeenCalledTimes(2)
    await Promise.all(ctx.tasks)
  })

  it('closes the client when the run has ended, and the response does not wait for that', async () => {
    const [ctx, run, closed] = [new Context(), deferred<string>(), deferred<void>()]
    const prisma = client(() => closed.promise)

    const answer = runWithPrisma(
      ctx,
      () => prisma,
      () => run.promise,
    )
    expect(prisma.$disconnect).not.toHaveBeenCalled()
    run.resolve('answer')

    expect(await answer).toBe('answer')
    expect(prisma.$disconnect).toHaveBeenCalledOnce()
    closed.resolve()
    await Promise.all(ctx.tasks)
  })

  it('closes the client of a run that fails', async () => {
    const ctx = new Context()
    const prisma = client()
    const fail = () => {
      throw new Error('as asked')
    }

    await expect(runWithPrisma(ctx, () => prisma, fail)).rejects.toThrow('as asked')

    expect(prisma.$disconnect).toHaveBeenCalledOnce()
    await Promise.all(ctx.tasks)
  })

  it('gives up a client that does not close, after its time', async () => {
    const ctx = new Context()
    const prisma = client(() => new Promise(() => {}))

    await runWithPrisma(
      ctx,
      () => prisma,
      () => {},
    )
    const outcome = Promise.all(ctx.tasks).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)

    expect(await outcome).toMatchObject({ code: 'CLOSE_TIMEOUT' })
  })

  it('lets the platform know that closing failed, and answers all the same', async () => {
    const ctx = new Context()
    const prisma = client(() => Promise.reject(new Error('broken')))

    const answer = await runWithPrisma(
      ctx,
      () => prisma,
      () => 'answer',
    )

    expect(answer).toBe('answer')
    await expect(Promise.all(ctx.tasks)).rejects.toThrow('broken')
  })

  it('closes before it answers where the platform does not wait', async () => {
    const ctx = {
      waitUntil: () => {
        throw new TypeError('Illegal invocation')
      },
    }
    const order: string[] = []
    const prisma = client(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push('closed')
    })

    const answer = runWithPrisma(
      ctx,
      () => prisma,
      () => 'answer',
    ).then((text) => order.push(text))
    await vi.advanceTimersByTimeAsync(100)
    await answer

    expect(order).toEqual(['closed', 'answer'])
  })

  it('refuses a time that is none, before it makes a client', async () => {
    const create = vi.fn<() => ReturnType<typeof client>>(client)
    const run = runWithPrisma(new Context(), create, () => {}, { closeTimeoutMs: -1 })

    await expect(run).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    expect(create).not.toHaveBeenCalled()
  })
})
