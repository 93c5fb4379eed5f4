import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { fairShare } from '../src/fleet-policy.ts'
import { slotsOf } from '../src/fleet-view.ts'
import { FleetProcess, type FleetProcessOptions } from './fleet-process.ts'

const PATIENCE = { timeout: 25_000, interval: 25 }

let postgres: EmbeddedPostgres
let admin: pg.Client
let fleet: string
const started = new Set<FleetProcess>()
beforeAll(async () => {
  postgres = await startPostgres({ maxConnections: 20 })
  admin = await connect()
})
afterAll(async () => {
  await admin.end()
  await postgres.stop()
})
beforeEach(() => {
  fleet = `fleet-${crypto.randomUUID().slice(0, 8)}`
})
afterEach(async () => {
  await Promise.all([...started].map((one) => one.kill()))
  started.clear()
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(postgres.url)
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Takes every connection that the server has left. */
async function fill(hogs: pg.Client[]): Promise<never> {
  // oxlint-disable-next-line no-await-in-loop
  for (;;) hogs.push(await connect())
}

/** Starts processes of one fleet, that are called `a`, `b` and so on at the server. */
async function start(
  count: number,
  options: Partial<Omit<FleetProcessOptions, 'fleet'>> & { readonly fleet: object },
): Promise<FleetProcess[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const one = await FleetProcess.start({
        url: postgres.url,
        applicationName: `${fleet}#${String.fromCodePoint(97 + index)}`,
        ...options,
        fleet: { name: fleet, budget: 12, ...options.fleet },
      })
      started.add(one)
      return one
    }),
  )
}

/** The sessions that the server has now, by process. */
async function sessions(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await admin.query<{ name: string; count: number }>(
    `SELECT right(application_name, 1) AS name, count(*)::int AS count FROM pg_stat_activity
     WHERE starts_with(application_name, $1) GROUP BY 1`,
    [`${fleet}#`],
  )
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** The sessions that are older than it takes to find that there is no place for them. */
async function settledSessions(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE starts_with(application_name, $1) AND backend_start < clock_timestamp() - interval '2 s'`,
    [`${fleet}#`],
  )
  return rows[0]?.count ?? NaN
}

/** Takes the greatest number until `run` has ended. */
async function mostDuring(
  run: () => Promise<unknown>,
  count: () => Promise<number> = async () => sumOf(await sessions()),
): Promise<number> {
  let most = 0
  const end = new AbortController()
  const watch = async (): Promise<void> => {
    while (!end.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop
      most = Math.max(most, await count())
    }
  }
  const watching = watch()
  try {
    await run()
  } finally {
    end.abort()
    await watching
  }
  return most
}

describe('processes of a fleet', () => {
  it('share the budget fairly as they come, and are refused nothing', async () => {
    const processes = await start(3, { fleet: {} })
    const [first, second, third] = processes
    const share = fairShare(slotsOf(12), 3)
    const most = await mostDuring(async () => {
      await first?.load(12)
      await vi.waitFor(async () => expect((await sessions())['a']).toBeGreaterThan(6), PATIENCE)
      await second?.load(12)
      await third?.load(12)
      await vi.waitFor(async () => {
        const { a = 0, b = 0, c = 0 } = await sessions()
        expect(Math.min(a, b, c)).toBeGreaterThanOrEqual(share)
      }, PATIENCE)
    })

    expect(most).toBeLessThanOrEqual(12)
    for (const one of processes) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await one.counts()).errors).toEqual({})
    }
  })

  it('get what one had that was killed, with SIGKILL and in the middle of its queries', async () => {
    const processes = await start(2, { fleet: {} })
    const [first, second] = processes
    await Promise.all(processes.map((one) => one.load(12)))
    await vi.waitFor(async () => expect(sumOf(await sessions())).toBeGreaterThan(7), PATIENCE)

    await first?.kill()

    await vi.waitFor(async () => {
      expect(await sessions()).toEqual({ b: fairShare(slotsOf(12), 1) })
    }, PATIENCE)
    expect((await second?.counts())?.errors).toEqual({})
  })

  it('get what one has that is frozen, by the timeouts of the server', async () => {
    const timeouts = { idleTimeoutMs: 500, sessionTimeoutMs: 1_500, transactionTimeoutMs: 1_500 }
    const [frozen, other] = await start(2, { fleet: timeouts, pool: { max: 8 } })
    // It has all that its pool may have: one that it froze in while it opens would not be ended, as the
    // server does not know of it yet.
    await frozen?.load(8)
    await vi.waitFor(async () => expect(await sessions()).toEqual({ a: 8 }), PATIENCE)
    await frozen?.hold()

    frozen?.freeze()
    const most = await mostDuring(async () => {
      await other?.load(12)
      await vi.waitFor(async () => {
        expect(await sessions()).toEqual({ b: 8 })
      }, PATIENCE)
    })
    frozen?.thaw()

    expect(most).toBeLessThanOrEqual(12)
    // It works again, with a share.
    await vi.waitFor(async () => {
      const before = (await frozen?.counts())?.answers ?? 0
      expect(await frozen?.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      expect((await frozen?.counts())?.answers).toBeGreaterThan(before)
    }, PATIENCE)
    expect((await other?.counts())?.errors).toEqual({})
  })

  it('come back after a restart of the server, and keep the budget', async () => {
    const processes = await start(3, { fleet: {} })
    await Promise.all(processes.map((one) => one.load(8)))
    await vi.waitFor(async () => expect(sumOf(await sessions())).toBeGreaterThan(7), PATIENCE)

    await postgres.halt('fast')
    await postgres.start()
    await admin.end()
    admin = await connect()
    const most = await mostDuring(
      () =>
        vi.waitFor(async () => {
          const { a = 0, b = 0, c = 0 } = await sessions()
          expect(Math.min(a, b, c)).toBeGreaterThanOrEqual(fairShare(slotsOf(12), 3))
        }, PATIENCE),
      settledSessions,
    )

    expect(most).toBeLessThanOrEqual(12)
    await Promise.all(
      processes.map(async (one) => {
        const before = (await one.counts()).answers
        await vi.waitFor(async () => expect((await one.counts()).answers).toBeGreaterThan(before))
      }),
    )
  })

  it('take turns where there are more of them than slots, and are refused nothing', async () => {
    const processes = await start(6, { fleet: { budget: 4 } })

    await Promise.all(processes.map((one) => one.load(2)))
    const most = await mostDuring(
      () =>
        vi.waitFor(async () => {
          const counts = await Promise.all(processes.map((one) => one.counts()))
          expect(Math.min(...counts.map(({ answers }) => answers))).toBeGreaterThan(5)
        }, PATIENCE),
      settledSessions,
    )

    const codes = (await Promise.all(processes.map((one) => one.counts()))).flatMap(({ errors }) =>
      Object.keys(errors),
    )
    expect(codes.filter((code) => code !== 'FLEET_FULL')).toEqual([])
    expect(most).toBeLessThanOrEqual(4)
  })

  it('wait for a server that is full with others, and are refused nothing', async () => {
    const [one] = await start(1, { fleet: {} })
    const hogs: pg.Client[] = []
    await expect(fill(hogs)).rejects.toMatchObject({ code: '53300' })

    const answer = one?.query('SELECT 1 AS one')
    await vi.waitFor(async () => {
      expect((await one?.status())?.counts.refusals).toBeGreaterThan(1)
    }, PATIENCE)
    await Promise.all(hogs.map((hog) => hog.end()))

    expect(await answer).toEqual([{ one: 1 }])
  })

  it('are not held by their place in the fleet', async () => {
    const [one] = await start(1, { fleet: { idleTimeoutMs: 60_000, sessionTimeoutMs: 90_000 } })
    await one?.query('SELECT 1 AS one')

    expect(await one?.ends()).toBe(0)
  })

  it('finish what waits for a slot before they end', async () => {
    const [first, second] = await start(2, { fleet: { budget: 2 } })
    await first?.hold()

    const answered = second?.query('SELECT 1 AS one')
    const ended = second?.ends()
    await vi.waitFor(async () => expect(Object.keys(await sessions())).toContain('b'), PATIENCE)
    await first?.letGo()

    expect(await answered).toEqual([{ one: 1 }])
    expect(await ended).toBe(0)
  })

  it('leave the fleet when they drain', async () => {
    const [one] = await start(1, { fleet: {} })
    await one?.load(4)
    await vi.waitFor(async () => expect(sumOf(await sessions())).toBeGreaterThan(2), PATIENCE)
    await one?.pause()

    await one?.drain()

    // The server takes a moment to end a session that has said goodbye.
    await vi.waitFor(async () => expect(await sessions()).toEqual({}), PATIENCE)
    expect(await one?.status()).toBeUndefined()
    expect(await one?.ends()).toBe(0)
  })
})
