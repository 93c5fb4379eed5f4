import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    const page = await openStatus('dark', 390)

    const width: number = await page.evaluate('document.documentElement.scrollWidth')

    expect(width).toBeLessThanOrEqual(390)
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
