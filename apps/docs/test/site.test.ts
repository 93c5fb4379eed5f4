import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listPages } from '../src/pages.ts'
import { parsePage } from '../src/parse-page.ts'
import { deadLinks } from './dead-links.ts'
import { serveSite, type SiteServer } from './site-server.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const SCHEMES = ['light', 'dark'] as const

let site: SiteServer
let browser: Browser

beforeAll(async () => {
  // VitePress builds for tests where it finds Vitest's NODE_ENV.
  const env = { ...process.env, NODE_ENV: 'production' }
  execFileSync('npm', ['run', 'site'], { cwd: root, env, stdio: 'pipe', timeout: 280_000 })
  site = await serveSite(dist)
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // One process for everything would end with the first page that is closed.
    args: chromium.args.filter((flag) => flag !== '--single-process'),
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

interface Visit {
  readonly page: Page
  /** What the console calls an error, what fails, and what is asked of another host. */
  readonly complaints: readonly string[]
}

async function visit(
  path: string,
  colorScheme: 'light' | 'dark' = 'light',
  width = 1_280,
): Promise<Visit> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(site.url) && !url.startsWith('data:')) complaints.push(url)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(`${site.url}${path}`, { waitUntil: 'networkidle' })
  return { page, complaints }
}

async function searchFor(page: Page, words: string): Promise<void> {
  await page.locator('.VPNavBarSearch button').first().click()
  await page.locator('.VPLocalSearchBox input').fill(words)
  await page.locator('.VPLocalSearchBox .result').first().waitFor()
}

/** Keeps what a visit looks like where `SCREENSHOTS` names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) })
}

describe('the site', () => {
  it.each(SCHEMES)(
    'opens the start page and a task page without a complaint, in %s',
    async (scheme) => {
      const backgrounds = { light: 'rgb(255, 255, 255)', dark: 'rgb(27, 27, 31)' }
      for (const path of ['/', '/tenants', '/api/pg']) {
        const { page, complaints } = await visit(path, scheme)

        const background: string = await page.evaluate(
          'getComputedStyle(document.body).backgroundColor',
        )
        await keep(page, `${path.replaceAll('/', '-').slice(1) || 'start'}-${scheme}`)
        expect(background).toBe(backgrounds[scheme])
        expect(complaints).toEqual([])
        await page.context().close()
      }
    },
  )

  it.each(SCHEMES)('finds a page by a word, without another host, in %s', async (scheme) => {
    const { page, complaints } = await visit('/', scheme)

    await searchFor(page, 'TENANTS_EXHAUSTED')
    await keep(page, `search-${scheme}`)
    await page.locator('.VPLocalSearchBox .result').first().click()

    await page.waitForURL(/\/(?:errors|tenants)/)
    expect(await page.locator('main').textContent()).toContain('TENANTS_EXHAUSTED')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('has no link that leads nowhere, be it of the navigation or of the API', () => {
    expect(deadLinks(dist)).toEqual([])
  })

  it('opens at the heading that GitHub would open at', async () => {
    const { page } = await visit('/errors#tenants_exhausted')

    expect(await page.locator('#tenants_exhausted').textContent()).toContain('TENANTS_EXHAUSTED')
    await page.context().close()
  })

  it('fits the width of a phone', async () => {
    for (const path of ['/', '/metrics', '/api/pg']) {
      const { page } = await visit(path, 'light', 375)

      const width: number = await page.evaluate('document.documentElement.scrollWidth')
      await keep(page, `phone${path.replaceAll('/', '-')}`)
      expect(width).toBe(375)
      await page.context().close()
    }
  })

  it('shows every option of a public function', async () => {
    const { page } = await visit('/api/pg')

    const text = await page.locator('main').textContent()
    expect(text).toContain('acquireTimeoutMs')
    expect(text).toContain('maxPreparedStatements')
    await page.context().close()
  })
})

describe('llms.txt', () => {
  const read = (file: string): string => readFileSync(join(dist, file), 'utf8')

  it('lists every page, and each is there as Markdown', () => {
    const list = read('llms.txt')
    const linked = [...list.matchAll(/\]\(\/([^)]+)\)/g)].map(([, path = '']) => path)

    expect(linked).toEqual(
      expect.arrayContaining(listPages().filter((page) => page !== 'index.md')),
    )
    expect(linked).toContain('api/index.md')
    expect(linked.map(read).filter((text) => !text.includes('# '))).toEqual([])
  })

  it('has no link in these that leads nowhere', () => {
    const pages = [...listPages(), 'api/index.md', 'api/tenants.md']
    const dead = pages
      .filter((page) => page !== 'index.md')
      .flatMap((page) => {
        const files = parsePage(read(page)).links.map(({ href }) => href.replace(/#.*/, ''))
        const local = files.filter((file) => file !== '' && !/^[a-z]+:/.test(file))
        return local.filter((file) => !existsSync(join(dist, dirname(page), file)))
      })

    expect(dead).toEqual([])
  })

  it('has all of them in llms-full.txt', () => {
    const whole = read('llms-full.txt')

    expect(whole).toContain('# One client per tenant')
    expect(whole).toContain('### TENANTS_EXHAUSTED')
    expect(whole).toContain('acquireTimeoutMs')
  })
})
