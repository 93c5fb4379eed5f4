import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signPayment } from '../lib/payment-signature'
import { startShop, WEBHOOK_SECRET, type ShopServer } from './shop-server'
import { sql } from './visitor'

let shop: ShopServer
let orders = 0

beforeAll(async () => {
  shop = await startShop()
})
afterAll(async () => shop[Symbol.asyncDispose]())

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** An order of the seeded customer that nobody has paid yet. */
async function newOrder(): Promise<string> {
  const id = `webhook-${++orders}`
  await sql(
    `INSERT INTO "Order" (id, "userId", "totalCents")
     SELECT $1, id, 3500 FROM "User" WHERE email = 'customer@example.com'`,
    [id],
  )
  return id
}

function eventOf(orderId: string, id: string, type: string, occurredAt: string): string {
  return JSON.stringify({ id: `${orderId}-${id}`, type: `payment.${type}`, orderId, occurredAt })
}

async function deliver(
  body: string,
  signature: string = signPayment(body, WEBHOOK_SECRET, nowSeconds()),
): Promise<{ status: number; outcome: string | undefined }> {
  const response = await fetch(`${shop.url}/api/webhooks/payments`, {
    method: 'POST',
    body,
    headers: { 'x-payment-signature': signature },
  })
  const answer: { outcome?: string } = await response.json()
  return { status: response.status, outcome: answer.outcome }
}

async function stateOf(orderId: string) {
  const [order] = await sql<{ status: string }>('SELECT status FROM "Order" WHERE id = $1', [
    orderId,
  ])
  const events = await sql<{ applied: boolean }>(
    'SELECT applied FROM "PaymentEvent" WHERE "orderId" = $1',
    [orderId],
  )
  const jobs = await sql(`SELECT key FROM graphile_worker.jobs WHERE key LIKE $1`, [
    `receipt:${orderId}-%`,
  ])
  return {
    status: order?.status,
    events: events.length,
    applied: events.filter((event) => event.applied).length,
    jobs: jobs.length,
  }
}

describe('/api/webhooks/payments', () => {
  it('applies a signed event, and enqueues its job in the same transaction', async () => {
    const orderId = await newOrder()

    const answer = await deliver(eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z'))

    expect(answer).toEqual({ status: 200, outcome: 'applied' })
    expect(await stateOf(orderId)).toEqual({ status: 'PAID', events: 1, applied: 1, jobs: 1 })
  })

  it('takes twenty deliveries of one event at once as one', async () => {
    const orderId = await newOrder()
    const event = eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z')

    const answers = await Promise.all(Array.from({ length: 20 }, async () => deliver(event)))

    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    expect(answers.filter((answer) => answer.outcome === 'applied')).toHaveLength(1)
    expect(await stateOf(orderId)).toEqual({ status: 'PAID', events: 1, applied: 1, jobs: 1 })
  })

  it('takes a replay after a refund as the duplicate that it is', async () => {
    const orderId = await newOrder()
    const paid = eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z')
    await deliver(paid)
    await deliver(eventOf(orderId, 'b', 'refunded', '2026-11-20T11:00:00Z'))

    expect(await deliver(paid)).toEqual({ status: 200, outcome: 'duplicate' })
    expect(await stateOf(orderId)).toMatchObject({ status: 'REFUNDED', events: 2 })
  })

  it('ends in the later state when the earlier event comes last', async () => {
    const orderId = await newOrder()
    await deliver(eventOf(orderId, 'b', 'refunded', '2026-11-20T11:00:00Z'))

    const late = await deliver(eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z'))

    expect(late).toEqual({ status: 200, outcome: 'stale' })
    expect(await stateOf(orderId)).toEqual({ status: 'REFUNDED', events: 2, applied: 1, jobs: 1 })
  })

  it('ends in the later state however a payment and its refund race', async () => {
    const orderId = await newOrder()
    const events = [
      eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z'),
      eventOf(orderId, 'b', 'refunded', '2026-11-20T10:00:00Z'),
    ]

    await Promise.all([...events, ...events, ...events].map(async (event) => deliver(event)))

    expect(await stateOf(orderId)).toMatchObject({ status: 'REFUNDED', events: 2 })
  })

  it.each([
    ['no signature', () => ''],
    ['a signature of another secret', (body: string) => signPayment(body, 'guess', nowSeconds())],
    ['a signature of another body', () => signPayment('{}', WEBHOOK_SECRET, nowSeconds())],
    ['an old signature', (body: string) => signPayment(body, WEBHOOK_SECRET, nowSeconds() - 301)],
    ['one of the future', (body: string) => signPayment(body, WEBHOOK_SECRET, nowSeconds() + 400)],
    [
      'half a signature',
      (body: string) => signPayment(body, WEBHOOK_SECRET, nowSeconds()).slice(0, -2),
    ],
    ['nonsense', () => 't=now,v1=zz'],
  ])('refuses an event with %s', async (_, sign) => {
    const orderId = await newOrder()
    const body = eventOf(orderId, 'a', 'succeeded', '2026-11-20T10:00:00Z')

    expect((await deliver(body, sign(body))).status).toBe(401)
    expect(await stateOf(orderId)).toEqual({ status: 'PENDING', events: 0, applied: 0, jobs: 0 })
  })

  it.each([
    ['what is not JSON', '{', 400],
    ['an event of an unknown type', '{"id":"x","type":"payment.odd","orderId":"o"}', 400],
    [
      'an event of an order that is not there',
      eventOf('none', 'a', 'succeeded', '2026-11-20T10:00:00Z'),
      404,
    ],
    ['a body without end', ' '.repeat(70_000), 413],
  ])('answers %s honestly', async (_, body, status) => {
    expect((await deliver(body)).status).toBe(status)
  })

  it('takes POST only', async () => {
    const response = await fetch(`${shop.url}/api/webhooks/payments`)

    expect(response.status).toBe(405)
  })
})

describe('/api/webhooks/payments without a secret', () => {
  it('refuses every event, and says why in the log', async () => {
    await using bare = await startShop({ PAYMENT_WEBHOOK_SECRET: '' })

    const response = await fetch(`${bare.url}/api/webhooks/payments`, {
      method: 'POST',
      body: '{}',
    })

    expect(response.status).toBe(503)
    expect(bare.program.output()).toContain('PAYMENT_WEBHOOK_SECRET is not set')
  })
})
