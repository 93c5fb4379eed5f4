import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
} from '@oneprisma/engines/pgbouncer'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { fleetStatus } from '../src/fleet-status.ts'
import { warningsOf } from './fake-client.ts'
import { Members } from './fleet-members.ts'

async function start(poolMode: 'transaction' | 'session'): Promise<PgBouncer> {
  const bouncer = await startPgBouncer({ upstream: inject('databaseUrl'), poolMode, poolSize: 3 })
  onTestFinished(() => bouncer.stop())
  return bouncer
}

describe.skipIf(!runsPgBouncer)(`withFleet through PgBouncer${pgBouncerNote}`, () => {
  it.each(['transaction', 'session'] as const)(
    'is off in %s mode: it says so once, and the pool opens what it may',
    async (mode) => {
      const bouncer = await start(mode)
      await using fleet = await Members.on(inject('databaseUrl'))
      const config = { connectionString: bouncer.url, max: 3, idleTimeoutMillis: 60_000 }
      const member = await fleet.join({ budget: 5 }, config)

      const warnings = await warningsOf(async () => {
        const queries = Array.from({ length: 8 }, () =>
          member.run('SELECT 1 AS one FROM pg_sleep(0.05)'),
        )
        expect(await Promise.all(queries)).toHaveLength(8)
      })

      expect(warnings).toMatchObject([
        {
          code: 'ONEPRISMA_FLEET_OFF',
          message: expect.stringMatching(/^Fleet "fleet-\w+" is off .* up to 3 connections\.$/),
        },
      ])
      expect(member.pool.totalCount).toBe(3)
      expect(member.pool.options.idleTimeoutMillis).toBe(60_000)
      expect(fleetStatus(fleet.name)).toMatchObject([{ state: 'off', max: 3, total: 3 }])
    },
  )

  it('leaves no lock and no setting on the connections of the pooler', async () => {
    const bouncer = await start('transaction')
    await using fleet = await Members.on(inject('databaseUrl'))
    const member = await fleet.join({ budget: 5 }, { connectionString: bouncer.url, max: 2 })
    await Promise.all([1, 2, 3].map(() => member.run('SELECT 1 AS one FROM pg_sleep(0.02)')))

    const { rows } = await fleet.ask(
      `SELECT count(*)::int AS count FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE application_name = $1 AND locktype = 'advisory'`,
    )

    expect(rows).toEqual([{ count: 0 }])
    expect(await member.run('SHOW idle_session_timeout')).toMatchObject({ rows: [['0']] })
  })

  it('goes on for those whose way leads to the server itself', async () => {
    const bouncer = await start('transaction')
    await using fleet = await Members.on(inject('databaseUrl'))
    const [pooled, direct] = [
      await fleet.join({ budget: 9 }, { connectionString: bouncer.url }),
      await fleet.join({ budget: 9 }),
    ]
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    await pooled.run()
    const load = fleet.load(direct, 12)
    await vi.waitFor(() => expect(load.answers).toBeGreaterThan(100), { timeout: 20_000 })

    expect(fleetStatus(fleet.name)).toMatchObject([
      { state: 'off' },
      { state: 'member', seen: { members: 1 } },
    ])
    expect(direct.pool.totalCount).toBeLessThanOrEqual(8)
    expect(load.errors).toEqual([])
  })
})
