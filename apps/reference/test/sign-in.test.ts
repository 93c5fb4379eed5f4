import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShop, type ShopServer } from './shop-server'
import { sql, Visitor } from './visitor'

describe('signing in by e-mail', () => {
  let shop: ShopServer
  beforeAll(async () => {
    shop = await startShop()
  })
  afterAll(async () => shop[Symbol.asyncDispose]())

  it('ends in a session that is kept in the database', async () => {
    const visitor = new Visitor(shop.url)

    await visitor.signInByEmail('customer@example.com')

    const { body } = await visitor.json('GET', '/api/auth/session')
    expect(body.user).toMatchObject({ email: 'customer@example.com', role: 'CUSTOMER' })
    const sessions = await sql(
      `SELECT s.id FROM "Session" s JOIN "User" u ON u.id = s."userId" WHERE u.email = $1`,
      ['customer@example.com'],
    )
    expect(sessions.length).toBeGreaterThan(0)
  })

  it('makes a user of somebody new', async () => {
    const visitor = new Visitor(shop.url)

    await visitor.signInByEmail('new@example.com')

    const { body } = await visitor.json('GET', '/api/auth/session')
    expect(body.user).toMatchObject({ email: 'new@example.com', role: 'CUSTOMER' })
  })

  it('takes a link once', async () => {
    const visitor = new Visitor(shop.url)
    await visitor.signInByEmail('once@example.com')
    const [mail] = await sql<{ text: string }>(
      `SELECT text FROM "OutboxMail" WHERE recipient = 'once@example.com'`,
    )
    const thief = new Visitor(shop.url)

    await thief.request(/https?:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? '/')

    expect((await thief.json('GET', '/api/auth/session')).body).toEqual({})
  })

  it('is over after signing out', async () => {
    const visitor = new Visitor(shop.url)
    await visitor.signInByEmail('leaves@example.com')
    const { body } = await visitor.json('GET', '/api/auth/csrf')

    await visitor.request('/api/auth/signout', {
      method: 'POST',
      body: new URLSearchParams({ csrfToken: body.csrfToken, json: 'true' }),
    })

    expect((await visitor.json('GET', '/api/auth/session')).body).toEqual({})
  })
})

describe('signing in by credentials', () => {
  let shop: ShopServer
  beforeAll(async () => {
    shop = await startShop({ AUTH_STRATEGY: 'credentials' })
  })
  afterAll(async () => shop[Symbol.asyncDispose]())

  it('ends in a signed token, and no session in the database', async () => {
    const before = await sql('SELECT id FROM "Session"')
    const visitor = new Visitor(shop.url)

    await visitor.signInByPassword('admin@example.com', 'correct horse battery')

    const { body } = await visitor.json('GET', '/api/auth/session')
    expect(body.user).toMatchObject({ email: 'admin@example.com', role: 'ADMIN' })
    expect(visitor.cookieNames).toContain('next-auth.session-token')
    expect(await sql('SELECT id FROM "Session"')).toHaveLength(before.length)
  })

  it.each([
    ['a wrong password', 'admin@example.com', 'incorrect horse'],
    ['an unknown user', 'nobody@example.com', 'correct horse battery'],
    ['no e-mail', 'admin', 'correct horse battery'],
  ])('is refused with %s', async (_, email, password) => {
    const visitor = new Visitor(shop.url)

    const response = await visitor.signInByPassword(email, password)

    expect(response.status).toBe(401)
    expect((await visitor.json('GET', '/api/auth/session')).body).toEqual({})
  })
})
