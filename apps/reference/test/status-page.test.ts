import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { signPayment } from '../lib/payment-signature'
import { startShop, WEBHOOK_SECRET, type ShopServer } from './shop-server'
import { sql, Visitor } from './visitor'

let shop: ShopServer
let admin: Visitor
let browser: Browser

beforeAll(async () => {
  shop = await startShop()
  admin = new Visitor(shop.url)
  await admin.signInByEmail('admin@example.com')
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // One process for everything would end with the first page that is closed.
    args: chromium.args.filter((flag) => flag !== '--single-process'),
  })
})
afterAll(async () => {
  await browser?.close()
  await shop[Symbol.asyncDispose]()
})

async function openStatus(colorScheme: 'light' | 'dark', width = 1_100): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
  await context.addCookies(admin.browserCookies)
  const page = await context.newPage()
  await page.goto(`${shop.url}/status`)
  return page
}

describe('the status page', () => {
  it('is closed to strangers and customers in production, and so is its data', async () => {
    const stranger = new Visitor(shop.url)
    const customer = new Visitor(shop.url)
    await customer.signInByEmail('curious@example.com')

    for (const visitor of [stranger, customer]) {
      expect((await visitor.request('/status')).status).toBe(404)
      expect((await visitor.request('/api/status')).status).toBe(404)
      expect((await visitor.request('/outbox')).status).toBe(404)
    }
  })

  it('shows an administrator the client, and new numbers without a reload', async () => {
    const page = await openStatus('light')
    const shown = async (): Promise<number> =>
      Number(await page.getByTestId('queries').textContent())
    const before = await shown()
    expect(before).toBeGreaterThan(0)

    await new Visitor(shop.url).request('/')

    await expect.poll(shown, { timeout: 15_000 }).toBeGreaterThan(before)
    expect(await page.getByTestId('generation').textContent()).toBe('1')
    expect(await page.getByRole('meter').getAttribute('aria-valuemax')).toBe('10')
    expect(await page.getByText('live', { exact: true }).isVisible()).toBe(true)
    await page.context().close()
  })

  it('follows the system to light and dark', async () => {
    const backgrounds: string[] = []
    for (const scheme of ['light', 'dark'] as const) {
      const page = await openStatus(scheme)
      backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
      await page.context().close()
    }

    expect(backgrounds).toEqual(['rgb(251, 251, 253)', 'rgb(17, 19, 24)'])
  })

  it('fits the width of a phone', async () => {
    const page = await openStatus('dark', 375)

    const width: number = await page.evaluate('document.documentElement.scrollWidth')

    expect(width).toBeLessThanOrEqual(375)
    await page.context().close()
  })
})

describe('the status page, on call', () => {
  const panel = (page: Page, title: string) => page.getByRole('region', { name: title })

  it('shows statements by shape, without their values, and charts of the last minutes', async () => {
    await admin.json('POST', '/api/users', { email: 'hidden-value@example.com' })
    const page = await openStatus('light')

    const slowest = panel(page, 'Slowest statements')
    await expect.poll(() => slowest.getByText('INSERT INTO').count()).toBeGreaterThan(0)
    expect(await page.getByRole('img', { name: /^Connections, last: open \d+/ }).count()).toBe(1)
    expect(await page.getByRole('img', { name: /^Statements, ms, last/ }).count()).toBe(1)
    expect(await page.locator('path.strong').first().getAttribute('d')).toMatch(/^M/)
    expect(await page.content()).not.toContain('hidden-value')
    await page.context().close()
  })

  it('leads from a failure to the queries of its request in one click', async () => {
    const email = 'failing@example.com'
    await admin.json('POST', '/api/users', { email })
    const refused = await admin.request('/api/users', {
      method: 'POST',
      body: JSON.stringify({ email }),
      headers: { 'content-type': 'application/json', 'x-request-id': 'the-failing-request' },
    })
    expect(refused.status).toBe(409)
    const page = await openStatus('light')
    const row = panel(page, 'Last failures').getByRole('row', { name: /the-failing/ })
    expect(await row.textContent()).toMatch(/User\.create.*constraint_violation.*P2002/)

    await row.getByRole('link').click()

    const queries = panel(page, 'Queries of request the-failing-request')
    await expect.poll(() => queries.getByText('INSERT INTO').count()).toBe(1)
    expect(page.url()).toBe(`${shop.url}/status?request=the-failing-request`)
    expect(await panel(page, 'Its failures').getByText('P2002').count()).toBe(1)
    await page.context().close()
  })

  it('shows the queries of a request without a script', async () => {
    await admin.request('/api/users', { headers: { 'x-request-id': 'without-a-script' } })

    const html = await (await admin.request('/status?request=without-a-script')).text()

    expect(html).toContain('Queries of request')
    expect(html).toMatch(/<code>SELECT [^<]*User/)
  })

  it('shows a transaction while it is open', async () => {
    const blocker = new pg.Client(inject('databaseUrl'))
    await blocker.connect()
    onTestFinished(() => blocker.end())
    await blocker.query('BEGIN; LOCK TABLE "Order" IN ACCESS EXCLUSIVE MODE')
    const body =
      '{"id":"held","type":"payment.succeeded","orderId":"none","occurredAt":"2026-11-20T10:00:00Z"}'
    const signature = signPayment(body, WEBHOOK_SECRET, Math.floor(Date.now() / 1000))
    const answer = new Visitor(shop.url).request('/api/webhooks/payments', {
      method: 'POST',
      body,
      headers: { 'x-payment-signature': signature, 'x-request-id': 'held-request' },
    })
    const page = await openStatus('dark')
    const open = panel(page, 'Open transactions')

    await expect
      .poll(() => open.getByRole('row', { name: /held-request/ }).textContent(), {
        timeout: 10_000,
      })
      .toMatch(/\$transaction.*at (?!new )\w+/)
    await blocker.query('ROLLBACK')
    await answer

    await expect.poll(() => open.getByText('None is open.').count(), { timeout: 10_000 }).toBe(1)
    await page.context().close()
  })
})

describe('the shop in production', () => {
  it('has one client over all of its bundles', async () => {
    const visitor = new Visitor(shop.url)
    const body =
      '{"id":"none","type":"payment.succeeded","orderId":"none","occurredAt":"2026-11-20T10:00:00Z"}'
    const signature = signPayment(body, WEBHOOK_SECRET, Math.floor(Date.now() / 1000))
    await Promise.all([
      visitor.request('/'),
      visitor.request('/orders'),
      visitor.request('/api/health/ready'),
      visitor.request('/api/auth/session'),
      visitor.request('/api/webhooks/payments', {
        method: 'POST',
        body,
        headers: { 'x-payment-signature': signature },
      }),
      admin.request('/api/users'),
    ])

    const { body: status } = await admin.json('GET', '/api/status')

    expect(status.clients).toHaveLength(1)
    expect(status.clients[0]).toMatchObject({ name: 'default', generation: 1, runtime: 'server' })
    const names = await sql<{ application_name: string }>(
      `SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name LIKE 'oneprisma-reference%'`,
    )
    expect(names).toHaveLength(1)
    expect(names[0]?.application_name).toMatch(/#\d+$/)
  })

  it('keeps secrets out of what it prints', () => {
    expect(shop.program.output()).not.toMatch(/postgresql:\/\/|webhook secret of the tests/)
  })
})
