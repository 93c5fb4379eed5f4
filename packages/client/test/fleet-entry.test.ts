import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FleetCore } from '../src/fleet-core.ts'
import { FleetEntry } from '../src/fleet-entry.ts'
import type { Sighting } from '../src/fleet-locks.ts'
import type { FleetView } from '../src/fleet-policy.ts'
import type { FleetClient } from '../src/fleet-pool.ts'
import { FleetRecord } from '../src/fleet-record.ts'

const EMPTY: Sighting = { slots: [], reserved: [], members: [1], own: [], isDoorTaken: false }
const REFUSAL = Object.assign(new Error('sorry, too many clients already'), { code: '53300' })

/** A member whose server and pool are made up. */
class FakeCore {
  readonly name = 'fake'
  readonly slots = 4
  readonly record = new FleetRecord()
  readonly isOver = false
  sighting: Sighting = EMPTY
  /** What happened, in its order. */
  readonly happened: string[] = []
  readonly pool = {
    waiting: 1,
    cap: 10,
    idle: 0,
    acquireTimeoutMs: 10_000,
    open: vi.fn<() => Promise<FleetClient> | undefined>(async () => this.#client()),
    fail: vi.fn<(error: unknown) => void>(() => {
      this.pool.waiting = 0
    }),
  }
  readonly tickets = {
    size: 0,
    add: (): void => {
      this.tickets.size++
    },
  }
  readonly locks = {
    setUp: vi.fn<() => Promise<string>>(async () => 'out'),
    look: async (): Promise<Sighting> => this.#note('look', this.sighting),
    claim: vi.fn<() => Promise<boolean>>(async () => this.#note('claim', true)),
    takeDoor: vi.fn<() => Promise<boolean>>(async () => this.#note('door', true)),
    leaveDoor: async (): Promise<void> => this.#note('leave door', undefined),
  }
  readonly saw = (view: FleetView): void => this.record.see(view)
  readonly leave = vi.fn<() => void>()
  readonly changed = vi.fn<() => void>()

  #client(): FleetClient {
    return {
      release: () => this.#note('release', undefined),
      end: async () => this.#note('end', undefined),
      query: async () => ({ rows: [] }),
      on: () => {},
      removeListener: () => {},
    }
  }

  #note<Value>(what: string, value: Value): Value {
    this.happened.push(what)
    return value
  }
}

function newEntry(change: (core: FakeCore) => void = () => {}): {
  core: FakeCore
  entry: FleetEntry
} {
  const core = new FakeCore()
  change(core)
  // It has what is used of it.
  return { core, entry: new FleetEntry(core as unknown as FleetCore) }
}

const full = (core: FakeCore): void => {
  core.sighting = { ...EMPTY, slots: [0, 1, 2, 3], members: [4, 1] }
}

describe('FleetEntry', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('takes a slot, and gives the connection to who waits', async () => {
    const { core, entry } = newEntry()

    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.happened).toEqual(['look', 'claim', 'release'])
    expect([core.tickets.size, core.record.opened, entry.isOn]).toEqual([1, 1, false])
  })

  it('is under way once, however often it is begun', async () => {
    const { core, entry } = newEntry()

    entry.begin()
    entry.begin()
    await vi.runAllTimersAsync()
    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.pool.open).toHaveBeenCalledOnce()
  })

  it('tries three slots of those that it sees free, and closes where others have taken them', async () => {
    const { core, entry } = newEntry((fake) => {
      fake.locks.claim.mockResolvedValue(false)
      fake.locks.takeDoor.mockResolvedValue(false)
    })

    entry.begin()
    await vi.advanceTimersByTimeAsync(0)

    expect(core.locks.claim).toHaveBeenCalledTimes(3)
    expect(core.happened).toEqual(['look', 'end', 'release'])
    expect(core.record.hindrance).toEqual({ code: 'FLEET_FULL' })
    core.pool.waiting = 0
    await vi.runAllTimersAsync()
  })

  it('leaves the last free slot to whoever is at the door', async () => {
    const { core, entry } = newEntry((fake) => {
      fake.sighting = { ...EMPTY, slots: [0, 1, 2], isDoorTaken: true }
      fake.locks.takeDoor.mockResolvedValue(false)
    })

    entry.begin()
    await vi.advanceTimersByTimeAsync(0)

    expect(core.locks.claim).not.toHaveBeenCalled()
    core.pool.waiting = 0
    await vi.runAllTimersAsync()
  })

  it('waits at the door for the next slot, and leaves the door to the next', async () => {
    const { core, entry } = newEntry(full)
    entry.begin()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(core.happened.slice(0, 3)).toEqual(['look', 'door', 'look'])

    core.sighting = { ...EMPTY, slots: [0, 1, 2], isDoorTaken: true }
    await vi.advanceTimersByTimeAsync(200)

    expect(core.happened.slice(-4)).toEqual(['look', 'claim', 'leave door', 'release'])
    expect(core.pool.open).toHaveBeenCalledOnce()
  })

  it('waits at the door no longer than somebody waits for it', async () => {
    const { core, entry } = newEntry(full)
    entry.begin()
    await vi.advanceTimersByTimeAsync(1_000)

    core.pool.waiting = 0
    await vi.runAllTimersAsync()

    expect(core.happened.slice(-2)).toEqual(['end', 'release'])
    expect(entry.isOn).toBe(false)
  })

  it('comes again where the door is taken, seldom at first and more often later', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999_999)
    const { core, entry } = newEntry((fake) => {
      full(fake)
      fake.locks.takeDoor.mockResolvedValue(false)
    })

    entry.begin()
    await vi.advanceTimersByTimeAsync(4_000)
    const early = core.pool.open.mock.calls.length
    await vi.advanceTimersByTimeAsync(4_000)
    const late = core.pool.open.mock.calls.length - early

    // After 0.1, 0.2, 0.4, 0.8 and then every second; from four tenths of the timeout on, four times.
    expect([early, late]).toEqual([7, 15])
    core.pool.waiting = 0
    await vi.runAllTimersAsync()
    vi.mocked(Math.random).mockRestore()
  })

  it('keeps away for a while after it gave its last connection to another', async () => {
    const { core, entry } = newEntry()

    entry.rest()
    entry.begin()
    await vi.advanceTimersByTimeAsync(700)
    expect(core.pool.open).not.toHaveBeenCalled()

    await vi.advanceTimersByTimeAsync(100)
    expect(core.pool.open).toHaveBeenCalledOnce()
  })

  it('waits out a server that refuses', async () => {
    const { core, entry } = newEntry((fake) => {
      fake.pool.open.mockRejectedValueOnce(REFUSAL).mockRejectedValueOnce(REFUSAL)
    })

    entry.begin()
    await vi.advanceTimersByTimeAsync(0)
    expect(core.record.hindrance).toEqual({ code: 'FLEET_REFUSED', cause: REFUSAL })
    await vi.advanceTimersByTimeAsync(2_000)

    expect(core.pool.fail).not.toHaveBeenCalled()
    expect([core.record.refusals, core.record.opened, core.record.hindrance]).toEqual([
      2,
      1,
      undefined,
    ])
  })

  it('fails those who wait by any other error of connecting', async () => {
    const error = Object.assign(new Error('no password'), { code: '28P01' })
    const { core, entry } = newEntry((fake) => fake.pool.open.mockRejectedValueOnce(error))

    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.pool.fail.mock.calls).toEqual([[error]])
    expect([core.record.failures, entry.isOn]).toEqual([1, false])
  })

  it.each([
    ['42501', 'FLEET_DENIED'],
    ['08P01', '08P01'],
  ])('fails those who wait when a statement fails with %s', async (code, told) => {
    const { core, entry } = newEntry((fake) =>
      fake.locks.setUp.mockRejectedValueOnce(Object.assign(new Error('it failed'), { code })),
    )

    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.pool.fail.mock.calls).toMatchObject([[{ code: told }]])
    expect(core.happened).toEqual(['end', 'release'])
  })

  it('tries again on another connection where the server does not answer', async () => {
    const silence = Object.assign(new Error('no answer'), { code: 'FLEET_SILENCE' })
    const { core, entry } = newEntry((fake) => fake.locks.setUp.mockRejectedValueOnce(silence))

    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.pool.fail).not.toHaveBeenCalled()
    expect(core.record.opened).toBe(1)
  })

  it('leaves the fleet where a pooler is in between, and keeps the connection', async () => {
    const { core, entry } = newEntry((fake) => {
      fake.locks.setUp.mockResolvedValue('pooled')
      fake.leave.mockImplementation(() => {
        fake.pool.waiting = 0
      })
    })

    entry.begin()
    await vi.runAllTimersAsync()

    expect(core.happened).toEqual(['release'])
    expect(core.leave).toHaveBeenCalledOnce()
  })

  it('opens one beside those that are busy only within the share', async () => {
    const { core, entry } = newEntry((fake) => {
      // Four members have a slot each, of four: the fair share is one.
      fake.sighting = { ...EMPTY, members: [1, 1, 1, 1], own: [7], slots: [0, 1, 2] }
    })

    await entry.beside()

    expect(core.happened).toEqual(['look', 'end', 'release'])
    core.sighting = { ...EMPTY, own: [7], slots: [0] }
    await entry.beside()
    expect(core.happened.slice(3)).toEqual(['look', 'claim', 'release'])
  })

  it('fails nobody by a connection beside those that are busy', async () => {
    const { core, entry } = newEntry((fake) => {
      fake.pool.open.mockRejectedValueOnce(new Error('no server'))
      fake.locks.setUp.mockRejectedValueOnce(new Error('it failed'))
    })

    await entry.beside()
    await entry.beside()

    expect(core.pool.fail).not.toHaveBeenCalled()
    expect(core.record.failures).toBe(2)
  })

  it('waits no longer when it is stopped', async () => {
    const { core, entry } = newEntry((fake) => fake.pool.open.mockRejectedValue(REFUSAL))
    entry.begin()
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(1)

    core.pool.waiting = 0
    entry.stop()
    await vi.advanceTimersByTimeAsync(0)

    expect(entry.isOn).toBe(false)
  })
})
