import { once } from 'node:events'
import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { signPayment } from '../lib/payment-signature'
import { startShop, STANDALONE, WEBHOOK_SECRET, type ShopServer } from './shop-server'
import { sql } from './visitor'

interface Answer {
  readonly status: number | string | undefined
  readonly headers: IncomingHttpHeaders
}

let shop: ShopServer
let lock: pg.Client
let orders = 0
const orderId = (): string => `ending-${orders}`

// Holds the row of an order, so that a webhook for it waits in the middle of its transaction.
beforeEach(async () => {
  orders++
  await sql(
    `INSERT INTO "Order" (id, "userId", "totalCents")
     SELECT $1, id, 3500 FROM "User" WHERE email = 'customer@example.com'`,
    [orderId()],
  )
  lock = new pg.Client(inject('databaseUrl'))
  await lock.connect()
  await lock.query('BEGIN')
  await lock.query('SELECT id FROM "Order" WHERE id = $1 FOR UPDATE', [orderId()])
})
afterEach(async () => {
  await lock.end()
  await shop[Symbol.asyncDispose]()
})

/** Asks on a connection of its own, or on that of the agent; a refused one is told by its code. */
async function ask(path: string, agent?: Agent, body?: string): Promise<Answer> {
  try {
    const asked = request(new URL(path, shop.url), {
      agent: agent ?? false,
      method: body === undefined ? 'GET' : 'POST',
      headers:
        body === undefined
          ? {}
          : {
              'x-payment-signature': signPayment(
                body,
                WEBHOOK_SECRET,
                Math.floor(Date.now() / 1000),
              ),
            },
    }).end(body)
    const [response] = await once(asked, 'response')
    response.resume()
    await once(response, 'end')
    return { status: response.statusCode, headers: response.headers }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { status: code, headers: {} }
  }
}

/** The first answer may take longer than a check of readiness waits for it. */
async function isReady(): Promise<void> {
  const status = async () => (await ask('/api/health/ready')).status
  await expect.poll(status, { timeout: 20_000 }).toBe(200)
}

/** Begins a request that is answered once `lock` lets go, and resolves when it waits for that. */
async function askSlowly(agent?: Agent): Promise<{ answer: Promise<Answer> }> {
  const event = {
    id: `${orderId()}-paid`,
    type: 'payment.succeeded',
    orderId: orderId(),
    occurredAt: '2026-11-20T10:00:00Z',
  }
  const answer = ask('/api/webhooks/payments', agent, JSON.stringify(event))
  await expect
    .poll(async () => sql(`${OUR_SESSIONS} AND wait_event_type = 'Lock'`), { timeout: 20_000 })
    .toHaveLength(1)
  return { answer }
}

const OUR_SESSIONS = `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'oneprisma-reference%'`
const sessions = async () => sql(OUR_SESSIONS)
const exit = async () => once(shop.program.child, 'exit')
const wasPaid = async () =>
  (await sql(`SELECT id FROM "PaymentEvent" WHERE id = $1`, [`${orderId()}-paid`])).length === 1

describe.each([
  ['next start', undefined],
  ['server.js of a standalone build', STANDALONE],
])('closeWithNext under %s', (_, command) => {
  it('fails readiness, answers the request in flight and ends with it', async () => {
    shop = await startShop({}, command)
    const agent = new Agent({ keepAlive: true })
    // Accepted before the signal: Next.js takes no other connection from then on.
    const open = connect({ host: '127.0.0.1', port: Number(new URL(shop.url).port) })
    await once(open, 'connect')
    await isReady()
    const slow = await askSlowly(agent)
    const ended = exit()

    shop.program.child.kill('SIGTERM')
    await expect.poll(async () => (await ask('/api/health/live')).status).toBe('ECONNREFUSED')
    open.write('GET /api/health/ready HTTP/1.1\r\nHost: shop\r\n\r\n')
    const readiness = await text(open)
    await lock.query('COMMIT')

    expect(readiness).toMatch(/^HTTP\/1.1 503 [^]*"state":"draining"/)
    const { status, headers } = await slow.answer
    expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' })
    expect(await wasPaid()).toBe(true)
    expect(await ended).toEqual([143, null])
    await expect.poll(sessions).toEqual([])
  })

  it('serves on while readiness fails, where Next.js leaves signals to it', async () => {
    shop = await startShop({ NEXT_MANUAL_SIG_HANDLE: 'true', READINESS_DELAY_MS: '3000' }, command)
    await isReady()
    const slow = await askSlowly()
    const ended = exit()

    shop.program.child.kill('SIGTERM')
    await expect.poll(async () => (await ask('/api/health/ready')).status).toBe(503)
    const live = await ask('/api/health/live')
    const page = await ask('/', new Agent({ keepAlive: true }))
    await lock.query('COMMIT')

    expect(live.status).toBe(200)
    expect(page.status).toBe(200)
    expect(page.headers.connection).toBe('close')
    expect((await slow.answer).status).toBe(200)
    expect(await wasPaid()).toBe(true)
    expect(await ended).toEqual([null, 'SIGTERM'])
    await expect.poll(sessions).toEqual([])
  })
})
