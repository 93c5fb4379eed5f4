import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Orders } from './orders.ts'
import { WorkerProgram } from './worker-program.ts'

let postgres: EmbeddedPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

describe('src/ship-waiting.ts', () => {
  it('ships every order and ends by itself', async () => {
    await using orders = await Orders.create(postgres, 'whole')
    await using script = new WorkerProgram('ship-waiting.ts', { DATABASE_URL: orders.url })

    expect(await script.ending()).toEqual({ code: 0, signal: null, stderr: '' })
    expect(await orders.done()).toEqual({ shipped: [1, 2], told: [1, 2] })
    await orders.noSessions()
  })

  it('finishes one order and ends when SIGTERM arrives', async () => {
    await using orders = await Orders.create(postgres, 'interrupted')
    await using script = await orders.whileLocked(1, async () => {
      const started = new WorkerProgram('ship-waiting.ts', { DATABASE_URL: orders.url })
      await orders.waits()
      started.send('SIGTERM')
      await started.printed('The script stops.')
      return started
    })

    expect(await script.ending()).toEqual({ code: null, signal: 'SIGTERM', stderr: '' })
    expect(await orders.done()).toEqual({ shipped: [1], told: [1] })
    await orders.noSessions()
  })
})
