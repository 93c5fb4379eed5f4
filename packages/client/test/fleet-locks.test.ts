import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { fleetKeys } from '../src/fleet-keys.ts'
import { FleetLocks } from '../src/fleet-locks.ts'

const require = createRequire(import.meta.url)
const TIMEOUTS = { sessionTimeoutMs: 30_000, transactionTimeoutMs: 60_000 }

const open = new Set<pg.Client>()
afterEach(async () => {
  await Promise.all([...open].map((client) => client.end()))
  open.clear()
})

async function connect(config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: inject('databaseUrl'), ...config })
  await client.connect()
  open.add(client)
  return client
}

/** Ends a connection, and returns when the server has released its locks. */
async function end(client: pg.Client): Promise<void> {
  const { processID } = client as { processID?: number }
  open.delete(client)
  await client.end()
  const admin = await connect()
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_locks WHERE pid = $1', [processID])
    expect(rowCount).toBe(0)
  })
}

/** A fleet of its own, with as many members as are asked for. */
function newFleet(): { member: (id: number) => FleetLocks; name: string } {
  const name = `locks-${crypto.randomUUID()}`
  const keys = fleetKeys(name)
  return { name, member: (id) => new FleetLocks({ keys, member: id, ...TIMEOUTS }) }
}

describe('FleetLocks', () => {
  it('makes a connection one of the fleet, without a slot', async () => {
    const locks = newFleet().member(1)
    const client = await connect()

    expect(await locks.setUp(client)).toBe('out')

    expect(await locks.look(client)).toEqual({
      slots: [],
      reserved: [],
      members: [1],
      own: [],
      isDoorTaken: false,
    })
  })

  it.each<[string, typeof pg.Client]>([
    ['pg 8.16.3', require('pg-8-16').Client],
    ['pg 8.20.0', require('pg-8-20').Client],
  ])('knows the server itself on %s', async (_, Client) => {
    const client = new Client({ connectionString: inject('databaseUrl') })
    await client.connect()

    expect(await newFleet().member(1).setUp(client, 0)).toBe('in')

    await client.end()
  })

  it('takes a slot, and sees it taken', async () => {
    const locks = newFleet().member(1)
    const client = await connect()
    await locks.setUp(client)

    expect(await locks.claim(client, 3)).toBe(true)

    const { processID } = client as { processID?: number }
    expect(await locks.look(client)).toMatchObject({ slots: [3], reserved: [], own: [processID] })
  })

  it('gives one slot to one of two that want it at once', async () => {
    const fleet = newFleet()
    const [one, other] = [await connect(), await connect()]

    const got = await Promise.all([fleet.member(1).claim(one, 0), fleet.member(2).claim(other, 0)])

    expect(got.toSorted()).toEqual([false, true])
  })

  it('reserves slots that are free, and not those that are taken or reserved', async () => {
    const fleet = newFleet()
    const [taker, reserver, late] = [await connect(), await connect(), await connect()]
    await fleet.member(1).claim(taker, 0)

    expect(await fleet.member(2).reserve(reserver, [0, 1], 2)).toEqual([1])
    expect(await fleet.member(3).reserve(late, [0, 1, 2], 3)).toEqual([2])
    expect(await fleet.member(1).claim(taker, 1)).toBe(false)
    expect(new Set((await fleet.member(1).look(taker)).reserved)).toEqual(new Set([1, 2]))
  })

  it('reserves no more than are wanted, of all that it may try', async () => {
    const fleet = newFleet()
    const [taker, reserver] = [await connect(), await connect()]
    await fleet.member(1).claim(taker, 4)

    expect(await fleet.member(2).reserve(reserver, [4, 2, 0, 1, 3], 2)).toEqual([2, 0])
    expect(new Set((await fleet.member(2).look(reserver)).reserved)).toEqual(new Set([0, 2]))
  })

  it('shares reservations out among those who want the same slots at once', async () => {
    const fleet = newFleet()
    const clients = await Promise.all([1, 2, 3, 4].map(() => connect()))

    const got = await Promise.all(
      clients.map((client, index) => fleet.member(index).reserve(client, [0, 1, 2], 1)),
    )

    expect(got.flat().length).toBeLessThanOrEqual(3)
    expect(new Set(got.flat()).size).toBe(got.flat().length)
  })

  it('opens a connection under a reservation, which keeps all others off the slot', async () => {
    const fleet = newFleet()
    const [reserver, opened, other] = [await connect(), await connect(), await connect()]
    await fleet.member(1).reserve(reserver, [0], 1)
    const wasOff = await fleet.member(2).claim(other, 0)

    expect(await fleet.member(1).setUp(opened, 0)).toBe('in')
    await fleet.member(1).unreserve(reserver, [0])

    expect([wasOff, await fleet.member(2).claim(other, 0)]).toEqual([false, false])
    expect(await fleet.member(2).look(other)).toMatchObject({ slots: [0], reserved: [] })
  })

  it('loses a reservation with the connection that has it', async () => {
    const fleet = newFleet()
    const [reserver, opened, other] = [await connect(), await connect(), await connect()]
    await fleet.member(1).reserve(reserver, [0], 1)
    await end(reserver)

    expect(await fleet.member(2).reserve(other, [0], 1)).toEqual([0])
    const late = await fleet.member(1).setUp(opened, 0)

    // Whoever comes first has the slot, and nobody else.
    expect(late).toBe('in')
    expect(await fleet.member(2).setUp(other, 0)).toBe('out')
  })

  it('gives a slot back with the connection that has it', async () => {
    const fleet = newFleet()
    const [one, other] = [await connect(), await connect()]
    await fleet.member(1).claim(one, 0)
    await end(one)

    expect(await fleet.member(2).claim(other, 0)).toBe(true)
  })

  it('lets one wait at the door', async () => {
    const fleet = newFleet()
    const [one, other] = [await connect(), await connect()]

    expect(await fleet.member(1).takeDoor(one)).toBe(true)
    expect(await fleet.member(2).takeDoor(other)).toBe(false)
    expect((await fleet.member(2).look(other)).isDoorTaken).toBe(true)
    await fleet.member(1).leaveDoor(one)
    expect(await fleet.member(2).takeDoor(other)).toBe(true)
    await end(other)
    expect(await fleet.member(1).takeDoor(one)).toBe(true)
  })

  it('counts the connections of each member', async () => {
    const fleet = newFleet()
    const clients = await Promise.all([1, 1, 1, 2, 2, 3].map(() => connect()))
    const ids = [1, 1, 1, 2, 2, 3]
    await Promise.all(clients.map((client, index) => fleet.member(ids[index] ?? 0).setUp(client)))

    const [client] = clients
    const { members } = await fleet.member(1).look(client as pg.Client)

    expect(members.toSorted((one, other) => one - other)).toEqual([1, 2, 3])
  })

  it('does not see other fleets, other databases and other locks', async () => {
    const fleet = newFleet()
    const keys = fleetKeys(fleet.name)
    const [stranger, application, elsewhere, client] = [
      await connect(),
      await connect(),
      await connect({ connectionString: inject('databaseUrl').replace(/postgres$/, 'template1') }),
      await connect(),
    ]
    await newFleet().member(1).claim(stranger, 0)
    await fleet.member(1).claim(elsewhere, 0)
    await application.query('SELECT pg_advisory_lock(7), pg_advisory_lock(7, 7)')
    // With one key, whose two halves are those of a slot.
    await application.query('SELECT pg_advisory_lock(($1::bigint << 32) + 3)', [keys.slot])

    expect(await fleet.member(1).look(client)).toEqual({
      slots: [],
      reserved: [],
      members: [],
      own: [],
      isDoorTaken: false,
    })
  })

  it('takes a connection for pooled whose process is another than was announced', async () => {
    const locks = newFleet().member(1)
    const client = await connect()
    const query = (text: string, values: readonly unknown[]) => client.query(text, [...values])

    expect(await locks.setUp({ processID: 1, query }, 0)).toBe('pooled')
    expect(await locks.setUp({ query }, 0)).toBe('pooled')

    // It has taken nothing there, and told the server nothing.
    expect(await locks.look(client)).toMatchObject({ slots: [], members: [] })
    expect((await client.query('SHOW idle_session_timeout')).rows).toEqual([
      { idle_session_timeout: '0' },
    ])
  })

  it('tells the server when to end what sends nothing, unless it is told that already', async () => {
    const locks = newFleet().member(1)
    const [client, limited] = [
      await connect(),
      await connect({ options: '-c idle_session_timeout=5min' }),
    ]
    const shown = async (one: pg.Client): Promise<unknown[]> => {
      const names = ['idle_session_timeout', 'idle_in_transaction_session_timeout']
      const { rows } = await one.query('SELECT current_setting(unnest($1::text[])) AS value', [
        names,
      ])
      return rows.map(({ value }) => value)
    }

    await locks.setUp(client)
    await locks.setUp(limited)

    expect(await shown(client)).toEqual(['30s', '1min'])
    expect(await shown(limited)).toEqual(['5min', '1min'])
  })

  it('fails by a code when the server does not answer', async () => {
    vi.useFakeTimers()
    const locks = newFleet().member(1)

    const answer = locks.look({ processID: 1, query: () => new Promise(() => {}) })
    const failed = answer.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_000)

    expect(await failed).toMatchObject({ code: 'FLEET_SILENCE' })
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('reads what it needs whatever parsers of types are set', async () => {
    const locks = newFleet().member(1)
    const types = { getTypeParser: (oid: number) => (text: string) => (oid === 25 ? text : null) }
    const client = await connect({ types })
    await locks.setUp(client)

    expect(await locks.claim(client, 1)).toBe(true)
    expect(await locks.reserve(client, [2], 1)).toEqual([2])
    expect(await locks.look(client)).toMatchObject({ slots: [1], reserved: [2], members: [1] })
  })
})

describe('fleetKeys', () => {
  it('has four classes for each name, which are keys of a lock', () => {
    const all = ['default', 'billing', 'Default'].flatMap((name) => Object.values(fleetKeys(name)))

    expect(new Set(all).size).toBe(12)
    expect(all.every((key) => Number.isInteger(key) && key >= 0 && key < 2 ** 31)).toBe(true)
  })

  it('is the same in every release, for processes of two releases are one fleet', () => {
    const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8')

    expect(page).toContain(`classid = ${fleetKeys('default').slot} `)
    expect(fleetKeys('default')).toEqual({
      slot: 142_864_862,
      reservation: 221_917_460,
      member: 1_084_743_716,
      door: 458_059_535,
    })
  })
})
