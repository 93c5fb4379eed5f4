import { afterEach, describe, expect, it, vi } from 'vitest'
import { drainAll } from '../src/drain-all.ts'
import { statusAll } from '../src/index.ts'
import { shareTenants, type ShareTenantsOptions, type Tenants } from '../src/tenants.ts'
import { deferred, fakeClient, forgetSharedClients, type FakeClient } from './fake-client.ts'

/** Tenants whose clients are fakes, and all clients that were made. */
function fakeTenants(options: ShareTenantsOptions = {}): {
  tenants: Tenants<FakeClient>
  made: Map<string, FakeClient[]>
  open: () => number
} {
  const made = new Map<string, FakeClient[]>()
  const tenants = shareTenants((tenant) => {
    const client = fakeClient('schema', tenant)
    made.set(tenant, [...(made.get(tenant) ?? []), client])
    return client
  }, options)
  const open = (): number =>
    [...made.values()].flat().filter(({ closed }) => closed.count === 0).length
  return { tenants, made, open }
}

describe('shareTenants', () => {
  afterEach(() => {
    vi.useRealTimers()
    forgetSharedClients()
  })

  it('makes nothing before a tenant is asked for', () => {
    const { tenants, made } = fakeTenants()

    expect(made.size).toBe(0)
    expect(tenants.status()).toMatchObject({ state: 'idle', clients: 0, created: 0 })
  })

  it('makes one client of a tenant, however many ask at once', async () => {
    const { tenants, made } = fakeTenants()

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tenants.run('acme', (prisma) => prisma.user.findMany())),
    )

    expect(answers).toEqual(Array.from({ length: 20 }, () => ['acme']))
    expect(made.get('acme')).toHaveLength(1)
  })

  it('closes the one that was used least recently, where there is no room', async () => {
    const { tenants, made } = fakeTenants({ maxClients: 2 })
    await use(tenants, 'one')
    await use(tenants, 'two')
    await use(tenants, 'one')

    await use(tenants, 'three')

    expect(made.get('two')?.[0]?.closed.count).toBe(1)
    expect(tenants.status().tenants.map(({ tenant }) => tenant)).toEqual(['one', 'three'])
    expect(tenants.status()).toMatchObject({ created: 3, evicted: 1 })
  })

  it('never has more clients than it may, those that close included', async () => {
    const { tenants, open } = fakeTenants({ maxClients: 3 })
    let most = 0

    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        tenants.run(`tenant-${index % 40}`, async (prisma) => {
          await prisma.user.findMany()
          most = Math.max(most, open(), tenants.status().clients)
        }),
      ),
    )

    expect(most).toBe(3)
  })

  it('closes none that somebody has, and lets others wait for it', async () => {
    const { tenants, made } = fakeTenants({ maxClients: 1 })
    const work = deferred<string>()
    const first = tenants.run('one', () => work.promise)

    const second = use(tenants, 'two')
    await Promise.resolve()
    expect(tenants.status()).toMatchObject({ clients: 1, waiting: 1 })
    expect(made.size).toBe(0)

    work.resolve('done')
    await first
    expect(await second).toEqual(['two'])
    expect(tenants.status()).toMatchObject({ clients: 1, waiting: 0 })
  })

  it('closes none with work in flight that outlived its lease', async () => {
    const { tenants, made } = fakeTenants({ maxClients: 1 })
    const work = deferred<string>()
    const slow = await tenants.run('one', (prisma) => ({ query: prisma.$slow(work.promise) }))

    const second = use(tenants, 'two')
    await Promise.resolve()
    expect(made.get('one')?.[0]?.closed.count).toBe(0)

    work.resolve('late')
    expect(await slow.query).toBe('late')
    expect(await second).toEqual(['two'])
    expect(made.get('one')?.[0]?.closed.count).toBe(1)
  })

  it('closes one that is idle before one that was used less recently and has work in flight', async () => {
    const { tenants, made } = fakeTenants({ maxClients: 2 })
    const work = deferred<string>()
    const slow = await tenants.run('busy', (prisma) => ({ query: prisma.$slow(work.promise) }))
    await use(tenants, 'idle')

    await use(tenants, 'new')

    expect(made.get('idle')?.[0]?.closed.count).toBe(1)
    expect(tenants.status().tenants.map(({ tenant }) => tenant)).toEqual(['busy', 'new'])
    work.resolve('late')
    await slow.query
  })

  it('leases the client to whoever has waited for it', async () => {
    const { tenants } = fakeTenants({ maxClients: 1 })
    const lease = await tenants.lease('busy')

    const waiting = [tenants.lease('new'), tenants.lease('new')]
    lease.release()
    const [first, second] = await Promise.all(waiting)

    expect(tenants.status().tenants).toMatchObject([{ tenant: 'new', leases: 2 }])
    first?.release()
    second?.release()
    expect(tenants.status().tenants).toMatchObject([{ tenant: 'new', leases: 0 }])
  })

  it('serves those who wait when a new evaluation of the module gives more room', async () => {
    const { tenants } = fakeTenants({ maxClients: 1 })
    using lease = await tenants.lease('busy')
    const waiting = use(tenants, 'new')

    fakeTenants({ maxClients: 2 })

    expect(await waiting).toEqual(['new'])
    expect(lease.client.$version).toBe('busy')
  })

  it('serves those who wait in the order in which their tenants were asked for', async () => {
    const { tenants } = fakeTenants({ maxClients: 1 })
    const lease = await tenants.lease('busy')
    const served: string[] = []

    const waiting = ['a', 'b', 'c'].map((tenant) =>
      tenants.run(tenant, () => void served.push(tenant)),
    )
    lease.release()
    await Promise.all(waiting)

    expect(served).toEqual(['a', 'b', 'c'])
  })

  it('tells who waited in vain, with the numbers and without the tenant', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { tenants } = fakeTenants({ maxClients: 1, acquireTimeoutMs: 500 })
    using lease = await tenants.lease('busy')

    const failure = use(tenants, 'secret-tenant').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(500)

    expect(await failure).toMatchObject({
      code: 'TENANTS_EXHAUSTED',
      message: expect.stringContaining(
        '(waited=500ms, clients=1 of 1, leased=1, tenants waiting=0)',
      ),
    })
    expect(String(await failure)).not.toContain('secret-tenant')
    expect(lease.client.$version).toBe('busy')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses a client that was kept, once it was closed for another tenant', async () => {
    const { tenants } = fakeTenants({ maxClients: 1 })
    const lease = await tenants.lease('one')
    await lease.client.user.findMany()
    const kept = lease.client
    lease.release()
    await use(tenants, 'two')

    expect(() => kept.user.findMany()).toThrowError(
      expect.objectContaining({ code: 'TENANT_CLOSED' }),
    )
  })

  it('releases a lease once, however often it is told to', async () => {
    const { tenants } = fakeTenants()
    const lease = await tenants.lease('one')
    const other = await tenants.lease('one')

    lease.release()
    lease.release()

    expect(tenants.status().tenants).toMatchObject([{ tenant: 'one', leases: 1 }])
    other.release()
  })

  it('releases the client where the work fails', async () => {
    const { tenants } = fakeTenants()

    await expect(
      tenants.run('one', () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')

    expect(tenants.status().tenants).toMatchObject([{ leases: 0 }])
  })

  it('closes a client that nobody has used for a while, and holds no process for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { tenants, made } = fakeTenants({ idleTimeoutMs: 60_000 })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await use(tenants, 'one')
    const [timer] = timers.mock.results
    expect(timer?.value.hasRef()).toBe(false)
    await vi.advanceTimersByTimeAsync(30_000)
    await use(tenants, 'two')

    await vi.advanceTimersByTimeAsync(30_000)
    expect(made.get('one')?.[0]?.closed.count).toBe(1)
    expect(made.get('two')?.[0]?.closed.count).toBe(0)

    await vi.advanceTimersByTimeAsync(30_000)
    expect(made.get('two')?.[0]?.closed.count).toBe(1)
    expect(tenants.status().clients).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('closes the client of one tenant when asked to, and makes another on its next use', async () => {
    const { tenants, made } = fakeTenants()
    await use(tenants, 'one')

    await tenants.close('one')
    await use(tenants, 'one')

    expect(made.get('one')?.map(({ closed }) => closed.count)).toEqual([1, 0])
  })

  it('drains: refuses all, lets leases finish, and closes every client', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { tenants, open } = fakeTenants()
    await use(tenants, 'one')
    const lease = await tenants.lease('two')
    await lease.client.user.findMany()

    const drained = tenants.drain()
    await expect(use(tenants, 'three')).rejects.toMatchObject({ code: 'DRAINED' })
    await expect(use(tenants, 'one')).rejects.toMatchObject({ code: 'DRAINED' })
    expect(await lease.client.user.findMany()).toEqual(['two'])
    expect(open()).toBe(1)

    lease.release()
    await drained
    expect(open()).toBe(0)
    expect(tenants.status()).toMatchObject({ state: 'drained', clients: 0 })
  })

  it('refuses those who wait when it drains', async () => {
    const { tenants } = fakeTenants({ maxClients: 1 })
    const lease = await tenants.lease('one')
    const waiting = use(tenants, 'two').catch((error: unknown) => error)

    const drained = tenants.drain()

    expect(await waiting).toMatchObject({ code: 'DRAINED' })
    lease.release()
    await drained
  })

  it('drains with the process, and shows its clients in the status of all', async () => {
    const { tenants, open } = fakeTenants()
    await use(tenants, 'one')
    expect(statusAll().map(({ name }) => name)).toEqual(['tenants', 'tenants/one'])

    await drainAll(1_000)

    expect(open()).toBe(0)
    await expect(use(tenants, 'two')).rejects.toMatchObject({ code: 'DRAINED' })
  })

  it('leaves nothing behind of tenants that are gone', async () => {
    const { tenants } = fakeTenants({ maxClients: 2 })

    for (let index = 0; index < 500; index++) await use(tenants, `tenant-${index}`)

    expect(statusAll()).toHaveLength(3)
    expect(tenants.status()).toMatchObject({ clients: 2, created: 500, evicted: 498 })
  })

  it('is one for every evaluation of its module, with the newest callback', async () => {
    const first = fakeTenants({ maxClients: 5 })
    await use(first.tenants, 'one')

    const second = fakeTenants({ maxClients: 7 })
    await use(second.tenants, 'one')
    await use(second.tenants, 'two')

    expect(second.made.get('one')).toHaveLength(1)
    expect(first.made.get('one')?.[0]?.closed.count).toBe(0)
    expect(first.tenants.status()).toMatchObject({ clients: 2, maxClients: 7 })
  })

  it('tells what the callback failed with, and tries again', async () => {
    let fails = true
    const tenants = shareTenants((tenant) => {
      if (fails) throw new Error('no such tenant')
      return fakeClient('schema', tenant)
    })

    await expect(use(tenants, 'one')).rejects.toMatchObject({ code: 'CREATE_FAILED' })
    fails = false
    expect(await use(tenants, 'one')).toEqual(['one'])
  })

  it('tells where the clients are shared', async () => {
    const { tenants } = fakeTenants()
    await use(tenants, 'one')

    expect(statusAll()[1]?.createdBy).toMatch(/tenants\.test\.ts:\d+:\d+$/)
  })

  it.each([
    ['no clients', { maxClients: 0 }, '`maxClients` to be a whole number from 1 up, got 0'],
    ['half a client', { maxClients: 1.5 }, '`maxClients`'],
    [
      'fewer connections than clients',
      { maxClients: 5, maxConnections: 4 },
      '`maxConnections` to be a whole number from 5 up, got 4',
    ],
    ['no time', { acquireTimeoutMs: 0 }, '`acquireTimeoutMs`'],
    ['a blank name', { name: ' ' }, '`name`'],
  ])('refuses %s', (_, options, message) => {
    expect(() => fakeTenants(options)).toThrowError(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
      }),
    )
  })

  it.each([
    ['a connection string', 'postgres://user:password@host/db'],
    ['nothing', ''],
  ])('refuses %s for a tenant, and does not show it', async (_, tenant) => {
    const { tenants } = fakeTenants()

    const failure = await use(tenants, tenant).catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'INVALID_OPTION' })
    expect(String(failure)).not.toContain('password')
  })
})

function use(tenants: Tenants<FakeClient>, tenant: string): Promise<string[]> {
  return tenants.run(tenant, (prisma) => prisma.user.findMany())
}
