import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signPayment } from '../lib/payment-signature'
import { startShop, WEBHOOK_SECRET, type ShopServer } from './shop-server'
import { sql, Visitor } from './visitor'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

let shop: ShopServer

beforeAll(async () => {
  shop = await startShop()
})
afterAll(async () => shop[Symbol.asyncDispose]())

/** The id that a request with these headers is answered with. */
async function idOf(path: string, headers: Record<string, string>): Promise<string | null> {
  const response = await fetch(new URL(path, shop.url), { headers, redirect: 'manual' })
  await response.text()
  return response.headers.get('x-request-id')
}

describe.each([
  ['a page', '/'],
  ['a list', '/api/users'],
  ['an API route with a parameter', '/api/users/none'],
  ['another list', '/api/orders'],
  ['another API route with a parameter', '/api/orders/none'],
  ['the webhook', '/api/webhooks/payments'],
  ['NextAuth', '/api/auth/session'],
  ['a redirect of NextAuth', '/api/auth/signin/none'],
  ['a route handler', '/api/status'],
])('the answer of %s', (_, path) => {
  it('has the id that came with the request', async () => {
    expect(await idOf(path, { 'x-request-id': 'abc-123' })).toBe('abc-123')
  })

  it('has a new id in place of one that is malformed', async () => {
    expect(await idOf(path, { 'x-request-id': 'not one!' })).toMatch(UUID)
  })

  it('has a new id where none came, another one each time', async () => {
    const ids = [await idOf(path, {}), await idOf(path, {})]

    expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)])
    expect(ids[0]).not.toBe(ids[1])
  })

  it('has the id of the trace where there is no other', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

    expect(await idOf(path, { traceparent })).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  })
})

describe('the job of a webhook', () => {
  it('carries the id of the request that enqueued it', async () => {
    await sql(
      `INSERT INTO "Order" (id, "userId", "totalCents")
       SELECT 'traced', id, 3500 FROM "User" WHERE email = 'customer@example.com'`,
    )
    const body = JSON.stringify({
      id: 'traced-a',
      type: 'payment.succeeded',
      orderId: 'traced',
      occurredAt: '2026-11-20T10:00:00Z',
    })
    const signature = signPayment(body, WEBHOOK_SECRET, Math.floor(Date.now() / 1000))

    const response = await fetch(`${shop.url}/api/webhooks/payments`, {
      method: 'POST',
      body,
      headers: { 'x-payment-signature': signature, 'x-request-id': 'paid-1' },
    })

    expect(response.status).toBe(200)
    expect(
      await sql(`SELECT payload FROM graphile_worker._private_jobs WHERE key = 'receipt:traced-a'`),
    ).toEqual([{ payload: { eventId: 'traced-a', requestId: 'paid-1' } }])
  })
})

describe('the server action', () => {
  it('orders for whoever is signed in, and is answered with the id', async () => {
    const visitor = new Visitor(shop.url)
    await visitor.signInByEmail('acting@example.com')
    const page = await (await visitor.request('/orders')).text()
    // What a browser without JavaScript sends.
    const action = /name="(\$ACTION_ID_[\da-f]+)"/.exec(page)?.[1]
    const form = new FormData()
    form.set(action ?? 'none', '')
    form.set('sku', 'mug')
    form.set('quantity', '3')

    const response = await visitor.request('/orders', {
      method: 'POST',
      body: form,
      headers: { 'x-request-id': 'acted-1' },
    })

    expect(response.headers.get('x-request-id')).toBe('acted-1')
    expect(
      await sql(
        `SELECT "totalCents" FROM "Order" JOIN "User" ON "User".id = "userId"
         WHERE email = 'acting@example.com'`,
      ),
    ).toEqual([{ totalCents: 4200 }])
  })
})
