import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShop, type ShopServer } from './shop-server'
import { Visitor } from './visitor'

let shop: ShopServer
let admin: Visitor
let customer: Visitor
let stranger: Visitor

beforeAll(async () => {
  shop = await startShop()
  admin = new Visitor(shop.url)
  customer = new Visitor(shop.url)
  stranger = new Visitor(shop.url)
  await admin.signInByEmail('admin@example.com')
  await customer.signInByEmail('buyer@example.com')
})
afterAll(async () => shop[Symbol.asyncDispose]())

describe('/api/users', () => {
  it('is for administrators', async () => {
    expect((await stranger.json('GET', '/api/users')).status).toBe(401)
    expect((await customer.json('GET', '/api/users')).status).toBe(403)
    expect((await admin.json('GET', '/api/users')).status).toBe(200)
  })

  it('creates a user, says where it is, and tells no hash', async () => {
    const created = await admin.json('POST', '/api/users', {
      email: 'Made@Example.com',
      name: ' Made ',
      password: 'a long enough one',
    })

    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ email: 'made@example.com', name: 'Made' })
    expect(created.body).not.toHaveProperty('passwordHash')
    const location = created.headers.get('location') ?? ''
    expect((await admin.json('GET', location)).body).toEqual(created.body)
  })

  it('refuses a second one with an e-mail', async () => {
    await admin.json('POST', '/api/users', { email: 'twice@example.com' })

    expect((await admin.json('POST', '/api/users', { email: 'twice@example.com' })).status).toBe(
      409,
    )
  })

  it('names the fields that are not valid', async () => {
    const { status, body } = await admin.json('POST', '/api/users', {
      email: 'no',
      password: 'short',
    })

    expect(status).toBe(400)
    expect(body.fields.map((field: { field: string }) => field.field)).toEqual([
      'email',
      'password',
    ])
  })

  it('takes JSON only', async () => {
    const response = await admin.request('/api/users', { method: 'POST', body: 'email=a@b.c' })

    expect(response.status).toBe(415)
  })

  it('says which methods there are', async () => {
    const { status, headers } = await admin.json('DELETE', '/api/users')

    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET, POST')
  })

  it('lists page by page', async () => {
    const first = await admin.json('GET', '/api/users?limit=2')
    const second = await admin.json('GET', `/api/users?limit=2&after=${first.body.next}`)

    expect(first.body.items).toHaveLength(2)
    const ids = [...first.body.items, ...second.body.items].map((user: { id: string }) => user.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect((await admin.json('GET', '/api/users?limit=0')).status).toBe(400)
  })

  it('lets somebody see and rename themselves, and nobody else', async () => {
    const { body: session } = await customer.json('GET', '/api/auth/session')
    const { body: adminSession } = await admin.json('GET', '/api/auth/session')
    const mine = `/api/users/${session.user.id}`

    expect((await customer.json('PATCH', mine, { name: 'Bea' })).body).toMatchObject({
      name: 'Bea',
    })
    expect((await customer.json('GET', mine)).body).toMatchObject({ name: 'Bea' })
    expect((await customer.json('GET', `/api/users/${adminSession.user.id}`)).status).toBe(403)
    expect((await admin.json('GET', '/api/users/none')).status).toBe(404)
    expect((await admin.json('PATCH', '/api/users/none', { name: 'X' })).status).toBe(404)
  })
})

describe('/api/orders', () => {
  it('needs somebody who is signed in', async () => {
    expect((await stranger.json('GET', '/api/orders')).status).toBe(401)
    expect((await stranger.json('POST', '/api/orders', {})).status).toBe(401)
  })

  it('places an order at the prices of the shop', async () => {
    const { status, body, headers } = await customer.json('POST', '/api/orders', {
      items: [
        { sku: 'mug', quantity: 2 },
        { sku: 'key', quantity: 3 },
      ],
    })

    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'PENDING', totalCents: 2 * 1400 + 3 * 700 })
    expect(headers.get('location')).toBe(`/api/orders/${body.id}`)
  })

  it.each([
    ['nothing', { items: [] }],
    ['a product that does not exist', { items: [{ sku: 'none', quantity: 1 }] }],
    ['half a mug', { items: [{ sku: 'mug', quantity: 0.5 }] }],
    ['a product twice', { items: ['mug', 'mug'].map((sku) => ({ sku, quantity: 1 })) }],
    ['no object', 'mug'],
  ])('refuses an order of %s', async (_, order) => {
    expect((await customer.json('POST', '/api/orders', order)).status).toBe(400)
  })

  it('shows an order to its owner and to administrators', async () => {
    const { body: order } = await customer.json('POST', '/api/orders', {
      items: [{ sku: 'mug', quantity: 1 }],
    })
    const path = `/api/orders/${order.id}`
    const other = new Visitor(shop.url)
    await other.signInByEmail('other@example.com')

    expect((await customer.json('GET', path)).status).toBe(200)
    expect((await admin.json('GET', path)).status).toBe(200)
    expect((await other.json('GET', path)).status).toBe(403)
    expect((await customer.json('GET', '/api/orders/none')).status).toBe(404)
    const { body: list } = await other.json('GET', '/api/orders')
    expect(list).toEqual({ items: [], next: null })
  })
})

describe('the pages', () => {
  it('show products, and orders to those who are signed in', async () => {
    expect(await (await stranger.request('/')).text()).toContain('Paddling pool')
    expect(await (await stranger.request('/orders')).text()).toContain('Sign in')
    expect(await (await customer.request('/orders')).text()).toContain('Quantity')
  })

  it('answer with a request id, the given one if it is one', async () => {
    const given = await stranger.request('/', { headers: { 'x-request-id': 'abc-123' } })
    const made = await stranger.request('/', { headers: { 'x-request-id': 'not one!' } })

    expect(given.headers.get('x-request-id')).toBe('abc-123')
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('say that the process lives and that the database answers', async () => {
    expect((await stranger.json('GET', '/api/health/live')).body).toEqual({ state: 'alive' })
    expect((await stranger.json('GET', '/api/health/ready')).body).toMatchObject({
      state: 'ready',
    })
  })
})
