import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOSE_REASON } from '../src/close-reason.ts'
import type { FleetCore } from '../src/fleet-core.ts'
import type { FleetEntry } from '../src/fleet-entry.ts'
import type { Sighting } from '../src/fleet-locks.ts'
import { FleetLook } from '../src/fleet-look.ts'
import type { FleetView } from '../src/fleet-policy.ts'
import type { FleetClient, FleetPool } from '../src/fleet-pool.ts'
import { FleetRecord } from '../src/fleet-record.ts'
import { FleetTickets } from '../src/fleet-tickets.ts'

interface FakeClient extends FleetClient {
  isReleased: boolean
  isEnded: boolean
}

/** A member with so many connections, of a fleet with 20 slots; pool and server are made up. */
class FakeCore {
  readonly name = 'fake'
  readonly slots = 20
  readonly record = new FleetRecord()
  readonly isOver = false
  readonly saw = (view: FleetView): void => this.record.see(view)
  readonly leave = vi.fn<() => void>()
  readonly changed = vi.fn<() => void>()
  readonly clients: FakeClient[]
  readonly opened: FakeClient[] = []
  readonly pool = {
    waiting: 0,
    cap: 10,
    idle: 0,
    used: 0,
    total: 0,
    idleTimeoutMs: 10_000,
    borrow: vi.fn<() => Promise<FleetClient | undefined>>(
      async () => this.clients[this.#borrowed++] ?? never(),
    ),
    open: vi.fn<() => Promise<FleetClient> | undefined>(async () => {
      const client = newClient(100 + this.opened.length)
      this.opened.push(client)
      return client
    }),
  }
  // These are the members that it uses.
  readonly tickets = new FleetTickets(this.pool as unknown as FleetPool)
  sighting: Sighting
  readonly locks = {
    look: vi.fn<() => Promise<Sighting>>(async () => this.sighting),
    reserve: vi.fn<(client: object, slots: readonly number[], count: number) => Promise<number[]>>(
      async (_, slots, count) => slots.slice(0, count),
    ),
    unreserve: vi.fn<(client: object, slots: readonly number[]) => Promise<void>>(async () => {}),
    setUp: vi.fn<() => Promise<string>>(async () => 'in'),
  }
  #borrowed = 0

  constructor(own: number, others: readonly number[] = []) {
    this.clients = Array.from({ length: own }, (_, index) => newClient(index + 1))
    for (const client of this.clients) this.tickets.add(client)
    this.pool.total = own
    const taken = own + others.reduce((sum, count) => sum + count, 0)
    this.sighting = {
      slots: Array.from({ length: taken }, (_, slot) => slot),
      reserved: [],
      members: [own, ...others],
      own: this.clients.map(({ processID }) => Number(processID)),
      isDoorTaken: false,
    }
  }
}

function newClient(processID: number): FakeClient {
  const client: FakeClient = {
    processID,
    isReleased: false,
    isEnded: false,
    release: () => {
      client.isReleased = true
    },
    end: async () => {
      client.isEnded = true
    },
    query: async () => ({ rows: [] }),
    on: () => {},
    removeListener: () => {},
  }
  return client
}

function newLook(core: FakeCore) {
  const entry = { beside: vi.fn<() => Promise<void>>(async () => {}), rest: vi.fn<() => void>() }
  // They have what is used of them.
  const look = new FleetLook(core as unknown as FleetCore, entry as unknown as FleetEntry)
  return { look, entry }
}

const never = (): Promise<never> => new Promise(() => {})

describe('FleetLook', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('gives the connection back that it looked on, and is fed, where nobody waits', async () => {
    const core = new FakeCore(2)
    core.record.isFull()

    expect(await newLook(core).look.run()).toBe('fed')

    expect(core.clients.map(({ isReleased, isEnded }) => [isReleased, isEnded])).toEqual([
      [true, false],
      [false, false],
    ])
    expect(core.record).toMatchObject({
      looks: 1,
      hindrance: undefined,
      seen: { view: { own: 2 } },
    })
  })

  it('opens what is wanted, each for a slot that it has reserved, and ends the reservations', async () => {
    const core = new FakeCore(3)
    core.pool.waiting = 3

    expect(await newLook(core).look.run()).toBe('fed')

    const [client, tried = [], count = NaN] = core.locks.reserve.mock.calls[0] ?? []
    const slots = tried.slice(0, count)
    expect(client).toBe(core.clients[0])
    expect(new Set(slots).size).toBe(3)
    expect(slots.every((slot) => slot > 2 && slot < 20)).toBe(true)
    expect(core.locks.setUp.mock.calls).toEqual(slots.map((slot, i) => [core.opened[i], slot]))
    expect(core.locks.unreserve.mock.calls).toEqual([[core.clients[0], slots]])
    expect(core.tickets.size).toBe(6)
    expect(core.opened.every(({ isReleased, isEnded }) => isReleased && !isEnded)).toBe(true)
  })

  it('opens no more than the pool may have', async () => {
    const core = new FakeCore(8)
    core.pool.waiting = 30

    expect(await newLook(core).look.run()).toBe('fed')

    expect(core.opened).toHaveLength(2)
  })

  it('at most doubles what it has at once, and has more to come', async () => {
    const core = new FakeCore(2)
    core.pool.waiting = 6

    expect(await newLook(core).look.run()).toBe('growing')

    expect(core.opened).toHaveLength(2)
  })

  it('opens what it could reserve, and is not fed', async () => {
    const core = new FakeCore(3)
    core.pool.waiting = 3
    core.locks.reserve.mockResolvedValueOnce([7])

    expect(await newLook(core).look.run()).toBe('hungry')

    expect(core.opened).toHaveLength(1)
  })

  it('says that the fleet is full where it gets nothing', async () => {
    const core = new FakeCore(9, [9])
    core.pool.waiting = 3

    expect(await newLook(core).look.run()).toBe('hungry')

    expect(core.locks.reserve).not.toHaveBeenCalled()
    expect(core.record.hindrance).toEqual({ code: 'FLEET_FULL' })
  })

  it('closes what it opened for a slot that somebody else has got', async () => {
    const core = new FakeCore(2)
    core.pool.waiting = 1
    core.locks.setUp.mockResolvedValueOnce('out')

    await newLook(core).look.run()

    expect(core.opened[0]).toMatchObject({ isReleased: true, isEnded: true })
    expect(core.tickets.size).toBe(2)
  })

  it('leaves the fleet where a connection leads to a pooler', async () => {
    const core = new FakeCore(2)
    core.pool.waiting = 1
    core.locks.setUp.mockResolvedValueOnce('pooled')

    await newLook(core).look.run()

    expect(core.leave).toHaveBeenCalledOnce()
    expect(core.opened[0]).toMatchObject({ isReleased: true, isEnded: false })
  })

  it('keeps a connection from its users for a second while others open, and reserves on', async () => {
    const core = new FakeCore(1)
    core.pool.waiting = 1
    let open = (): void => {}
    core.pool.open.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          open = () => resolve(newClient(200))
        }),
    )
    const { look } = newLook(core)
    const looked = look.run()
    await vi.advanceTimersByTimeAsync(999)
    expect(core.clients[0]?.isReleased).toBe(false)

    await vi.advanceTimersByTimeAsync(1)
    await looked
    expect(core.clients[0]?.isReleased).toBe(true)
    expect(core.locks.unreserve).not.toHaveBeenCalled()

    core.pool.borrow.mockResolvedValue(core.clients[0])
    await look.run()
    // It reserves nothing on top of what is still reserved.
    expect(core.locks.reserve).toHaveBeenCalledOnce()
    open()
    await vi.advanceTimersByTimeAsync(0)
    core.pool.waiting = 0
    await look.run()
    expect(core.locks.unreserve).toHaveBeenCalledOnce()
  })

  it('gives back at once what is idle, and the rest when it comes', async () => {
    // Two members: a fair share of 9 each, and nothing is free.
    const core = new FakeCore(14, [6])
    core.pool.idle = 2

    await newLook(core).look.run()
    await vi.advanceTimersByTimeAsync(0)

    expect(core.clients.map(({ isEnded }) => isEnded).filter(Boolean)).toHaveLength(3)
    expect(core.clients[0]?.[CLOSE_REASON]).toBe('given_back')
    for (const client of core.clients.slice(3)) core.tickets.released(client, undefined)

    const given = core.clients.filter(({ isEnded }) => isEnded)
    expect(given.length).toBeGreaterThan(3)
    expect(given.length).toBeLessThanOrEqual(5)
    expect(core.tickets.givenBack).toBe(given.length)
  })

  it('gives a turn where somebody is at the door, no slot is free and nobody has more', async () => {
    const core = new FakeCore(
      1,
      Array.from({ length: 19 }, () => 1),
    )
    core.sighting = { ...core.sighting, isDoorTaken: true }
    core.pool.waiting = 2
    core.pool.used = 1
    const { look, entry } = newLook(core)

    await vi.advanceTimersByTimeAsync(1_000)
    await look.run()

    expect(core.clients[0]).toMatchObject({ isEnded: true, isReleased: true })
    expect(entry.rest).toHaveBeenCalledOnce()
    expect(core.record.turns).toBe(1)
  })

  it('gives no turn of a connection that it has just got', async () => {
    const core = new FakeCore(
      1,
      Array.from({ length: 19 }, () => 1),
    )
    core.sighting = { ...core.sighting, isDoorTaken: true }
    core.pool.waiting = 2
    core.pool.used = 1

    await newLook(core).look.run()

    expect(core.clients[0]?.isEnded).toBe(false)
    expect(core.record.turns).toBe(0)
  })

  it('does not keep away from the fleet where it gave what it does not use', async () => {
    const core = new FakeCore(
      1,
      Array.from({ length: 19 }, () => 1),
    )
    const { look, entry } = newLook(core)

    await look.run()

    expect(core.clients[0]?.isEnded).toBe(true)
    expect(entry.rest).not.toHaveBeenCalled()
    expect(core.record.turns).toBe(0)
  })

  it('closes the connection that it looked on where nobody has used one for long', async () => {
    const core = new FakeCore(1)

    await vi.advanceTimersByTimeAsync(10_000)
    await newLook(core).look.run()

    expect(core.clients[0]).toMatchObject({ isEnded: true })
    expect(core.clients[0]?.[CLOSE_REASON]).toBe('idle')
  })

  it('forgets slots that the server does not know, but for those that came meanwhile', async () => {
    const core = new FakeCore(3)
    const late = newClient(77)
    const [looking, lost, kept] = core.clients
    core.locks.look.mockImplementationOnce(async () => {
      core.tickets.add(late)
      return { ...core.sighting, own: [1, 3] }
    })

    await newLook(core).look.run()

    const has = [looking, lost, kept, late].map((client) => client && core.tickets.has(client))
    expect(has).toEqual([true, false, true, true])
  })

  it('closes the connection that it looked on if that has lost its slot', async () => {
    const core = new FakeCore(1)
    core.sighting = { ...core.sighting, own: [] }

    await newLook(core).look.run()

    expect(core.clients[0]).toMatchObject({ isEnded: true, isReleased: true })
  })

  it.each([
    ['keeps a connection on which the server has refused a statement', 'ERROR', false],
    ['closes a connection that broke', 'FATAL', true],
  ])('%s', async (_, severity, isEnded) => {
    const core = new FakeCore(1)
    core.locks.look.mockRejectedValueOnce(Object.assign(new Error('it failed'), { severity }))

    expect(await newLook(core).look.run()).toBe('hungry')

    expect(core.clients[0]).toMatchObject({ isEnded, isReleased: true })
    expect(core.record.failures).toBe(1)
  })

  it('does nothing where no connection is left to look on', async () => {
    const core = new FakeCore(1)
    core.pool.borrow.mockResolvedValueOnce(undefined)

    expect(await newLook(core).look.run()).toBe('fed')

    expect(core.locks.look).not.toHaveBeenCalled()
    expect(core.record.failures).toBe(0)
  })

  it('opens one beside those that are busy for long, if somebody waits', async () => {
    const core = new FakeCore(1)
    const { look, entry } = newLook(core)
    let lend = (): void => {}
    core.pool.borrow.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          lend = () => resolve(core.clients[0])
        }),
    )
    const looked = look.run()
    await vi.advanceTimersByTimeAsync(500)
    expect(entry.beside).not.toHaveBeenCalled()

    core.pool.waiting = 1
    await vi.advanceTimersByTimeAsync(1_000)
    expect(entry.beside).toHaveBeenCalledOnce()

    lend()
    await looked
  })
})
