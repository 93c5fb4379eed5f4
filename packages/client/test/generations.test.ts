import { beforeEach, describe, expect, it } from 'vitest'
import { disconnect, sharePrisma, status } from '../src/index.ts'
import { deferred, fakeClient, forgetSharedClients, warningsOf } from './fake-client.ts'

beforeEach(forgetSharedClients)

describe('generations', () => {
  it('replaces the client when a module brings a schema that the process has not seen', async () => {
    const old = sharePrisma(() => fakeClient('one'))
    await old.user.findMany()
    const renewed = sharePrisma(() => fakeClient('two'))

    expect(await renewed.user.findMany()).toEqual(['two'])
    expect(await old.user.findMany()).toEqual(['two'])
    expect(status(old).generation).toBe(2)
  })

  it('keeps the client when a module is evaluated again with the schema in use', async () => {
    const first = sharePrisma(() => fakeClient('one', 'first'))
    await first.user.findMany()
    const again = sharePrisma(() => fakeClient('one', 'again'))

    expect(await again.user.findMany()).toEqual(['first'])
    expect(status(again).generation).toBe(1)
  })

  it('never goes back to a schema that it has left', async () => {
    const one = sharePrisma(() => fakeClient('one'))
    await one.user.findMany()
    const two = sharePrisma(() => fakeClient('two'))
    await two.user.findMany()
    const stale = sharePrisma(() => fakeClient('one'))

    expect(await stale.user.findMany()).toEqual(['two'])
    expect(await two.user.findMany()).toEqual(['two'])
    expect(status(two).generation).toBe(2)
  })

  it('does not replace anything for a handle that nobody uses', async () => {
    const one = sharePrisma(() => fakeClient('one'))
    await one.user.findMany()
    sharePrisma(() => fakeClient('two'))

    expect(await one.user.findMany()).toEqual(['one'])
  })

  it('closes the old client once its work is done, and no sooner', async () => {
    const old = fakeClient('one')
    const one = sharePrisma(() => old)
    const work = deferred<string>()
    const unit = one.$slow(work.promise)

    const two = sharePrisma(() => fakeClient('two'))
    await two.user.findMany()
    expect(status(two).draining).toEqual([{ generation: 1, unitsInFlight: 1, pool: undefined }])
    expect(old.closed.count).toBe(0)

    work.resolve('finished')
    expect(await unit).toBe('finished')
    await expect.poll(() => old.closed.count).toBe(1)
    await expect.poll(() => status(two).draining).toEqual([])
  })

  it('gives an old client up after its drain time, and says so', async () => {
    const one = sharePrisma(() => fakeClient('one'))
    void one.$slow(new Promise(() => {}))
    const two = sharePrisma(() => fakeClient('two'), { drainTimeoutMs: 0 })

    const warnings = await warningsOf(async () => {
      await two.user.findMany()
      await expect.poll(() => status(two).draining).toEqual([])
    })

    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({ code: 'ONEPRISMA_DRAIN_FAILED' })
    expect(warnings[0]?.message).toContain('inFlight=1')
  })

  it('extends the client of every generation anew', async () => {
    let extended = 0
    const withExtends = (schema: string) => ({
      ...fakeClient(schema),
      $extends: (extension: object) => ({ ...fakeClient(schema), ...extension, no: ++extended }),
    })
    const one = sharePrisma(() => withExtends('one'))
    const shouting = one.$extends({ shout: true })
    expect([shouting.no, shouting.no]).toEqual([1, 1])

    await sharePrisma(() => withExtends('two')).user.findMany()

    expect(await shouting.user.findMany()).toEqual(['two'])
    expect(shouting.no).toBe(2)
  })

  it('takes any client object, and asks the given function what tells two of them apart', async () => {
    const fingerprint = (client: { release: string }) => client.release
    const one = sharePrisma(() => ({ release: 'r1' }), { fingerprint })
    expect(one.release).toBe('r1')

    expect(sharePrisma(() => ({ release: 'r2' }), { fingerprint }).release).toBe('r2')
    expect(one.release).toBe('r2')
  })

  it('keeps the first of several clients that cannot be told apart', () => {
    const one = sharePrisma(() => ({ release: 'r1' }))
    expect(one.release).toBe('r1')

    expect(sharePrisma(() => ({ release: 'r2' })).release).toBe('r1')
  })

  it('creates from the newest definition after a disconnect, whichever handle asks', async () => {
    const one = sharePrisma(() => fakeClient('one'))
    await one.user.findMany()
    const two = sharePrisma(() => fakeClient('two'))
    await two.user.findMany()
    await disconnect(one)

    expect(await one.user.findMany()).toEqual(['two'])
  })
})

describe('disconnect', () => {
  it('waits for the work in flight, closes, and lets the next use create afresh', async () => {
    const clients = [fakeClient('one'), fakeClient('one')]
    let created = 0
    const prisma = sharePrisma(() => clients[created++] ?? fakeClient('one'))
    const work = deferred<string>()
    const unit = prisma.$slow(work.promise)
    const closing = disconnect(prisma)
    expect(clients[0]?.closed.count).toBe(0)

    work.resolve('finished')
    await Promise.all([unit, closing])
    expect(clients[0]?.closed.count).toBe(1)
    expect(status(prisma)).toMatchObject({ state: 'idle', generation: 1 })

    await prisma.user.findMany()
    expect(status(prisma)).toMatchObject({ state: 'open', generation: 2 })
  })

  it('closes once, however often it is called', async () => {
    const client = fakeClient('one')
    const prisma = sharePrisma(() => client)
    await prisma.user.findMany()

    await Promise.all([disconnect(prisma), disconnect(prisma)])
    await disconnect(prisma)

    expect(client.closed.count).toBe(1)
  })

  it('says what it left behind when its time runs out', async () => {
    const prisma = sharePrisma(() => fakeClient('one'))
    void prisma.$slow(new Promise(() => {}))

    await expect(disconnect(prisma, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'CLOSE_TIMEOUT',
      message: expect.stringContaining('(waited=1ms, inFlight=1, closed=true)'),
    })
    expect(status(prisma).state).toBe('idle')
  })

  it('passes on what the driver says when it fails to close', async () => {
    const failing = { $disconnect: async () => Promise.reject(new Error('socket hang up')), a: 1 }
    const prisma = sharePrisma(() => failing)
    expect(prisma.a).toBe(1)

    await expect(disconnect(prisma)).rejects.toThrow('socket hang up')
  })

  it('refuses a time that is none', async () => {
    const prisma = sharePrisma(() => fakeClient('one'))

    await expect(disconnect(prisma, { timeoutMs: -1 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'Expected `timeoutMs` to be a number from 0 up, got -1 (number).',
    })
  })
})
