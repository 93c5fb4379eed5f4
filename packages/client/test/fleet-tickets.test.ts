import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOSE_REASON } from '../src/close-reason.ts'
import type { FleetClient, FleetPool } from '../src/fleet-pool.ts'
import { FleetTickets } from '../src/fleet-tickets.ts'

interface FakeClient extends FleetClient {
  readonly end: ReturnType<typeof vi.fn<() => Promise<void>>>
}

function newClient(): FakeClient {
  return {
    end: vi.fn<() => Promise<void>>(async () => {}),
    release: () => {},
    query: async () => ({ rows: [] }),
    on: () => {},
    removeListener: () => {},
  }
}

function newTickets(pool: Partial<FleetPool> = {}): FleetTickets {
  // These are the members that it uses.
  return new FleetTickets({
    total: 9,
    used: 0,
    waiting: 0,
    idleTimeoutMs: 10_000,
    ...pool,
  } as FleetPool)
}

describe('FleetTickets', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('keeps a connection that has a slot', () => {
    const [tickets, client] = [newTickets(), newClient()]
    tickets.add(client)

    expect(tickets.released(client, undefined)).toBe(true)

    expect(client.end).not.toHaveBeenCalled()
    expect(tickets.has(client)).toBe(true)
  })

  it.each([
    [0, 0],
    [1, 1],
  ])('are, of one whose pool has %i connections left, %i', (total, size) => {
    const tickets = newTickets({ total })

    tickets.add(newClient())

    expect([tickets.size, tickets.clients.length]).toEqual([size, size])
  })

  it('closes a connection that comes back without a slot', () => {
    const [tickets, never, lost] = [newTickets(), newClient(), newClient()]
    tickets.add(lost)
    tickets.lose(lost)

    tickets.released(never, undefined)
    tickets.released(lost, undefined)

    expect([never.end, lost.end].map((end) => end.mock.calls.length)).toEqual([1, 1])
    expect([never, lost].map((client) => client[CLOSE_REASON])).toEqual([
      'given_back',
      'given_back',
    ])
    expect(tickets.givenBack).toBe(0)
  })

  it('leaves a connection alone that failed, for the pool closes it', () => {
    const [tickets, client] = [newTickets(), newClient()]

    tickets.add(client)
    expect(tickets.released(client, new Error('it is broken'))).toBe(false)
    expect(tickets.has(client)).toBe(false)

    expect(client.end).not.toHaveBeenCalled()
  })

  it('closes as many as are owed, and no more', () => {
    const tickets = newTickets()
    const clients = [1, 2, 3].map(newClient)
    for (const client of clients) tickets.add(client)

    tickets.owe(2)
    for (const client of clients) tickets.released(client, undefined)

    expect(clients.map(({ end }) => end.mock.calls.length)).toEqual([1, 1, 0])
    expect(tickets.clients).toEqual(clients.slice(2))
    expect(tickets.givenBack).toBe(2)
  })

  it('owes what it was asked for last', () => {
    const [tickets, client] = [newTickets(), newClient()]
    tickets.add(client)
    tickets.owe(5)

    tickets.owe(0)
    tickets.released(client, undefined)

    expect(client.end).not.toHaveBeenCalled()
  })

  it('owes less by what was paid in another way', () => {
    const [tickets, client] = [newTickets(), newClient()]
    tickets.add(client)

    tickets.owe(1)
    tickets.paid()
    tickets.released(client, undefined)

    expect(client.end).not.toHaveBeenCalled()
    expect(tickets.givenBack).toBe(1)
  })

  it('knows how long nobody has used a connection', () => {
    const [tickets, client] = [newTickets(), newClient()]
    tickets.add(client)
    vi.advanceTimersByTime(4_000)
    expect(tickets.idleLeftMs).toBe(6_000)

    tickets.released(client, undefined)
    vi.advanceTimersByTime(1_000)

    expect(tickets.idleLeftMs).toBe(9_000)
  })

  it('does not ask the clock for a connection that somebody takes at once', () => {
    const [tickets, client] = [newTickets({ waiting: 1 }), newClient()]
    tickets.add(client)
    const now = vi.spyOn(performance, 'now')

    expect(tickets.released(client, undefined)).toBe(true)

    expect(now).not.toHaveBeenCalled()
    now.mockRestore()
  })

  it.each([
    ['idle', 0, 0, true],
    ['not where one is used', 1, 0, false],
    ['not where somebody waits', 0, 1, false],
  ])('is %s', (_, used, waiting, isIdle) => {
    expect(newTickets({ used, waiting }).isIdle).toBe(isIdle)
  })

  it('knows how long a connection has had its slot', () => {
    const [tickets, client] = [newTickets(), newClient()]
    tickets.add(client)

    vi.advanceTimersByTime(1_500)

    expect(tickets.heldMs(client)).toBe(1_500)
    expect(tickets.heldMs(newClient())).toBe(0)
  })
})
