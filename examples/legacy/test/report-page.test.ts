import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportPage } from '../demo/report-page.ts'
import type { DemoResult } from '../demo/run-demo.ts'
import type { SideResult } from '../demo/side.ts'

const side = (connections: number, failure?: string): SideResult => ({
  clients: { made: connections, atMost: connections },
  recorded: 2,
  differences: failure ? [{ name: 'pays', recorded: { status: 200 }, given: { status: 500 } }] : [],
  rounds: [[0, 1, 2].map((second) => ({ ms: second * 1_000, connections: connections * second }))],
  sent: [
    { path: '/', ms: 12.34, failure: undefined },
    { path: '/<tickets>', ms: 250, failure },
  ],
})
const END = { code: 0, stdout: '', stderr: '14 clients moved.\n', ms: 1 }
const RESULT: DemoResult = {
  before: side(40, 'HTTP 500'),
  after: side(1),
  sites: [
    {
      path: 'pages/index.js',
      line: 7,
      context: 'page',
      decision: 'rewrite',
      reason: 'ADAPTER_OPTIONS',
    },
  ],
  adopted: END,
  checked: END,
  diff: '--- a/pages/index.js\n+++ b/pages/index.js\n@@ -1 +1 @@\n-const a = "<b>"\n+const a = 1\n',
  perSecond: 30,
  seconds: 2,
}

let folder: string
let address: string
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-page-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, reportPage(RESULT))
  address = pathToFileURL(file).href
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // One process for everything would end with the first page that is closed.
    args: chromium.args.filter((flag) => flag !== '--single-process'),
  })
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(colorScheme: 'light' | 'dark', width = 1_000): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
  const page = await context.newPage()
  await page.goto(address)
  return page
}

describe('reportPage', () => {
  it('shows both sides of every figure', async () => {
    const page = await open('light')
    const row = async (name: string): Promise<string[]> =>
      page.getByRole('row', { name }).getByRole('cell').allTextContents()

    expect(await row('connections, at most')).toEqual(['80', '2'])
    expect(await row('failed requests')).toEqual(['1 of 2', '0 of 2'])
    expect(await row('time to answer, median')).toEqual(['12.3 ms', '12.3 ms'])
    expect(await row('recorded answers')).toEqual(['1 of 2', '2 of 2'])
    await page.context().close()
  })

  it('says in words what the chart shows', async () => {
    const page = await open('light')

    const chart = page.getByRole('img', { name: /before at most 80, after at most 2/ })

    expect(await chart.locator('polyline').count()).toBe(2)
    await page.context().close()
  })

  it('folds the diff in, and shows its text as text', async () => {
    const page = await open('light')
    const removed = page.locator('.diff .removed')
    expect(await removed.isVisible()).toBe(false)

    await page.getByText('The diff, 1 lines added, 1 removed').click()

    expect(await removed.textContent()).toContain('-const a = "<b>"')
    expect(await page.locator('b').count()).toBe(0)
    await page.context().close()
  })

  it('names the place and the reason of each site, and what failed', async () => {
    const page = await open('light')

    expect(await page.getByRole('row', { name: 'pages/index.js:7' }).textContent()).toMatch(
      /rewrite.*ADAPTER_OPTIONS/s,
    )
    expect(await page.getByRole('row', { name: '/<tickets>' }).textContent()).toMatch(/HTTP 500/)
    await page.context().close()
  })

  it('asks for nothing but itself', async () => {
    const page = await (await browser.newContext()).newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))

    await page.goto(address, { waitUntil: 'networkidle' })

    expect(asked).toEqual([address])
    await page.context().close()
  })

  it('follows the system to light and dark', async () => {
    const backgrounds: string[] = []
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(scheme)
      backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
      await page.context().close()
    }

    expect(backgrounds).toEqual(['rgb(251, 251, 253)', 'rgb(17, 19, 24)'])
  })

  it('fits the width of a phone', async () => {
    const page = await open('dark', 375)

    const width: number = await page.evaluate('document.documentElement.scrollWidth')

    expect(width).toBeLessThanOrEqual(375)
    await page.context().close()
  })
})
