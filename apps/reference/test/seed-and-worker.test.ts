import { describe, expect, inject, it } from 'vitest'
import { runProgram, startProgram } from './program'
import { sql } from './visitor'

const env = { DATABASE_URL: inject('databaseUrl') }

const counts = async () =>
  sql(`SELECT (SELECT count(*) FROM "Product") AS products,
              (SELECT count(*) FROM "User") AS users,
              (SELECT count(*) FROM "Order") AS orders`)

describe('prisma/seed.mjs', () => {
  it('changes nothing when it runs again, and ends by itself', async () => {
    const before = await counts()

    const seed = await runProgram('tsx', ['prisma/seed.mjs'], env)

    expect(seed).toEqual({ code: 0, output: 'Seeded.\n' })
    expect(await counts()).toEqual(before)
  })

  it('fails with a code and a reason when the database is away', async () => {
    const seed = await runProgram('tsx', ['prisma/seed.mjs'], {
      DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:1/none',
    })

    expect(seed.code).toBe(1)
    expect(seed.output).toContain('P1001')
    expect(seed.output).not.toContain('hunter2')
  })

  it('fails with the remedy when there is no DATABASE_URL', async () => {
    const seed = await runProgram('tsx', ['prisma/seed.mjs'], { DATABASE_URL: '' })

    expect(seed.code).toBe(1)
    expect(seed.output).toContain('CONNECTION_STRING_MISSING')
  })
})

describe('the worker', () => {
  it('sends one receipt for an event, however often its job runs, and ends on SIGTERM', async () => {
    await sql(
      `INSERT INTO "Order" (id, "userId", "totalCents", status)
       SELECT 'worked', id, 1400, 'PAID' FROM "User" WHERE email = 'customer@example.com'`,
    )
    await sql(
      `INSERT INTO "PaymentEvent" (id, type, "orderId", "occurredAt", applied)
       VALUES ('worked-a', 'payment.succeeded', 'worked', now(), true)`,
    )
    for (const key of ['one', 'two']) {
      await sql(`SELECT graphile_worker.add_job('payment_receipt', $1::json, job_key := $2)`, [
        '{"eventId":"worked-a"}',
        key,
      ])
    }
    const worker = startProgram('tsx', ['worker.ts'], env)

    await expect.poll(() => worker.output(), { timeout: 20_000 }).toContain('Worker ready.')
    await expect
      .poll(async () => sql(`SELECT id FROM graphile_worker.jobs WHERE key IN ('one', 'two')`), {
        timeout: 20_000,
      })
      .toEqual([])
    const mails = await sql<{ text: string }>(
      `SELECT text FROM "OutboxMail" WHERE key = 'receipt:worked-a'`,
    )
    expect(mails).toEqual([{ text: 'We received €14.00 for order worked.\n' }])
    const [event] = await sql<{ handledAt: Date | null }>(
      `SELECT "handledAt" FROM "PaymentEvent" WHERE id = 'worked-a'`,
    )
    expect(event?.handledAt).toBeInstanceOf(Date)

    // It ends by the signal, which tsx tells as a code.
    expect(await worker.end('SIGTERM')).toEqual({ code: 143, signal: null })
    await expect
      .poll(async () =>
        sql(`SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'oneprisma-reference%'`),
      )
      .toEqual([])
  })
})
