import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { fleetStatus } from '../src/fleet-status.ts'
import { disconnect, drain, sharePrisma, status } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { withRetry } from '../src/retry.ts'
import { withSuspend } from '../src/serverless.ts'
import { snapshot, telemetry } from '../src/telemetry.ts'
import { withFleet } from '../src/with-fleet.ts'
import { deferred, forgetSharedClients } from './fake-client.ts'
import { Members } from './fleet-members.ts'

interface RawClient {
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(run: (transaction: RawClient) => Promise<Result>): Promise<Result>
}

type Wrap = (factory: PrismaPg) => PrismaPg

const PATIENCE = { timeout: 20_000, interval: 20 }

const { PrismaClient }: { PrismaClient: new (options: object) => RawClient } = createRequire(
  import.meta.url,
)('./fixtures/prisma-client.cjs')

beforeEach(forgetSharedClients)

/** A shared client as an application has it. */
function share(
  fleet: Members,
  wrap: Wrap,
  options: { readonly fingerprint?: string; readonly isTold?: boolean; readonly max?: number } = {},
): RawClient {
  const { fingerprint = 'one', isTold = false, max = 10 } = options
  return sharePrisma(
    ({ observe }) => {
      const pool = pgPool(inject('databaseUrl'), { max, applicationName: fleet.name })
      const adapter = observe(wrap(new PrismaPg(pool.config, pool.options)))
      return new PrismaClient({ adapter, transactionOptions: pool.transactionOptions })
    },
    {
      name: fleet.name,
      fingerprint: () => fingerprint,
      ...(isTold && { telemetry: telemetry() }),
    },
  )
}

describe('withFleet, together with what else wraps an adapter', () => {
  it.each<[string, (settings: { budget: number; name: string }) => Wrap]>([
    [
      'as it is documented',
      (settings) => (factory) => withRetry(withSuspend(withFleet(factory, settings))),
    ],
    ['around', (settings) => (factory) => withFleet(withRetry(withSuspend(factory)), settings)],
    ['in between', (settings) => (factory) => withRetry(withFleet(withSuspend(factory), settings))],
  ])('answers, drains and leaves nothing, %s', async (_, wrapFor) => {
    await using fleet = await Members.on(inject('databaseUrl'))
    const prisma = share(fleet, wrapFor({ budget: 20, name: fleet.name }), { isTold: true })

    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        prisma.$queryRawUnsafe('SELECT 1 AS one FROM pg_sleep(0.02)'),
      ),
    )
    const inTransaction = await prisma.$transaction((tx) => tx.$queryRawUnsafe('SELECT 2 AS two'))

    expect([...answers, inTransaction]).toEqual([...answers.map(() => [{ one: 1 }]), [{ two: 2 }]])
    expect(status(prisma).pool?.max).toBe(10)
    const [member] = fleetStatus(fleet.name)
    expect(member).toMatchObject({ state: 'member', max: 10 })
    expect(member?.total).toBeGreaterThan(1)
    expect(await fleet.sessions()).toBe(member?.total)
    await disconnect(prisma)
    expect(fleetStatus(fleet.name)).toEqual([])
    expect(await prisma.$queryRawUnsafe('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await drain(prisma)
    await vi.waitFor(async () => expect(await fleet.sessions()).toBe(0), PATIENCE)
  })

  it('is two members while one generation drains and the next one works', async () => {
    await using fleet = await Members.on(inject('databaseUrl'))
    const wrap: Wrap = (factory) => withFleet(factory, { budget: 20, name: fleet.name })
    const work = deferred<void>()
    const begun = deferred<void>()
    const old = share(fleet, wrap, { fingerprint: 'one' })
    const working = old.$transaction(async (transaction) => {
      await transaction.$queryRawUnsafe('SELECT 1')
      begun.resolve()
      await work.promise
      return transaction.$queryRawUnsafe('SELECT 1 AS one')
    })
    await begun.promise

    const renewed = share(fleet, wrap, { fingerprint: 'two' })
    expect(await renewed.$queryRawUnsafe('SELECT 2 AS two')).toEqual([{ two: 2 }])

    expect(fleetStatus(fleet.name)).toMatchObject([{ total: 1 }, { total: 1 }])
    expect(fleetStatus(fleet.name)[1]?.seen?.members).toBe(2)
    work.resolve()
    expect(await working).toEqual([{ one: 1 }])
    await vi.waitFor(() => expect(fleetStatus(fleet.name)).toHaveLength(1), PATIENCE)
    await drain(renewed)
  })

  it('counts what callers do with connections, and not what the fleet does', async () => {
    await using fleet = await Members.on(inject('databaseUrl'))
    const settings = { budget: 9, name: fleet.name }
    const prisma = share(fleet, (factory) => withFleet(factory, settings), { isTold: true })
    const ended = new AbortController()
    let queries = 0
    const working = Array.from({ length: 8 }, async () => {
      for (; !ended.signal.aborted; queries++) {
        // oxlint-disable-next-line no-await-in-loop
        await prisma.$queryRawUnsafe('SELECT 1 AS one FROM pg_sleep(0.01)')
      }
    })
    await vi.waitFor(() => expect(fleetStatus(fleet.name)[0]?.total).toBe(6), PATIENCE)
    const other = await fleet.join({ budget: 9 })
    fleet.load(other, 8)

    await vi.waitFor(() => {
      const reasons = snapshot(prisma).connections.closed.map(({ reason }) => reason)
      expect(reasons).toContain('given_back')
    }, PATIENCE)
    ended.abort()
    await Promise.all(working)

    const { connections } = snapshot(prisma)
    const [member] = fleetStatus(fleet.name)
    expect(connections.wait.count).toBe(queries)
    expect(connections.opened).toBe(member?.counts.opened)
    const closed = connections.closed.find(({ reason }) => reason === 'given_back')
    expect(closed?.count).toBe(member?.counts.givenBack)
    await drain(prisma)
  })

  it('warns of nothing', async () => {
    const warned: Error[] = []
    const note = (warning: Error): void => void warned.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    await using fleet = await Members.on(inject('databaseUrl'))
    const members = await Promise.all([1, 2].map(() => fleet.join({ budget: 9 })))
    const loads = members.map((member) => fleet.load(member, 6))
    await vi.waitFor(() => {
      for (const { answers } of loads) expect(answers).toBeGreaterThan(100)
    }, PATIENCE)
    await Promise.all(loads.map(({ stop }) => stop()))

    expect(warned).toEqual([])
  })
})
