import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  compareRecordings,
  type CompareRecordingsOptions,
} from '../src/monitor/comparing/compare-recordings.ts'
import { parseRecording, type Recording } from '../src/monitor/recording/parse-recording.ts'
import type { RecordedLine } from '../src/monitor/recording/recording.ts'
import { reportPage } from '../src/monitor/report/report-page.ts'
import { madeUpHeader, madeUpWindows, recordingOf, STARTED_AT } from './monitor-recordings.ts'

const HOUR_MS = 3_600_000
const HOSTILE = `"><img src=x onerror=alert(1)>'&</script><b>`
const AFTER = STARTED_AT + HOUR_MS

function recording(path: string, ...lines: readonly RecordedLine[]): Recording {
  return parseRecording(path, recordingOf(madeUpHeader(), ...lines))
}

const BEFORE = recording('before.jsonl', ...madeUpWindows({ windows: 60 }))
const SLOWER = recording(
  'after.jsonl',
  ...madeUpWindows({ windows: 40, startedAt: AFTER, connections: 26, p50: 36, group: 'shop@v2' }),
  {
    type: 'gap',
    startedAt: AFTER + 400_000,
    durationMs: 30_000,
    code: 'MONITOR_LATE',
    message: 'x',
  },
  { type: 'mark', at: AFTER + 20_000, text: 'deploy v2' },
  ...madeUpWindows({
    windows: 20,
    startedAt: AFTER + 430_000,
    connections: 26,
    p50: 36,
    group: 'shop@v2',
  }),
)
const FEW = recording('few.jsonl', ...madeUpWindows({ windows: 4, startedAt: AFTER }))
const ARMS = parseRecording(
  'run.jsonl',
  recordingOf(
    madeUpHeader({ measures: { ...madeUpHeader().measures, by: 'release' } }),
    ...madeUpWindows({
      windows: 60,
      arm: 'stable',
      processes: 9,
      connections: 90,
      operations: 18_000,
    }),
    ...madeUpWindows({ windows: 60, arm: 'canary', processes: 1, connections: 10 }),
  ),
)
const NASTY = parseRecording(
  HOSTILE,
  recordingOf(
    madeUpHeader({ blind: [{ code: 'NO_STATEMENTS', message: HOSTILE }] }),
    ...madeUpWindows({
      windows: 60,
      startedAt: AFTER,
      group: HOSTILE,
      more: { gaps: [{ source: HOSTILE, code: 'SCRAPE_FAILED', message: HOSTILE }] },
    }),
    { type: 'mark', at: AFTER + 20_000, text: HOSTILE },
  ),
)

let folder: string
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'monitor-report-'))
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

type Options = Partial<CompareRecordingsOptions>

function pageOf(recordings: readonly Recording[], options: Options = {}): string {
  const { arms, split, sequential = false, noise = [], threshold = 0.1 } = options
  const compared = compareRecordings(recordings, { arms, split, sequential, noise, threshold })
  const file = join(folder, 'report.html')
  writeFileSync(file, reportPage(compared))
  return pathToFileURL(file).href
}

interface Opened {
  readonly page: Page
  readonly asked: readonly string[]
  readonly errors: readonly string[]
}

async function open(
  address: string,
  { colorScheme = 'light', width = 1_000 }: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<Opened> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
  const page = await context.newPage()
  const asked: string[] = []
  const errors: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('dialog', (dialog) => errors.push(dialog.message()))
  page.on('console', (message) => errors.push(message.text()))
  await page.goto(address, { waitUntil: 'networkidle' })
  return { page, asked, errors }
}

async function using(opened: Opened, look: (page: Page) => Promise<void>): Promise<void> {
  try {
    await look(opened.page)
  } finally {
    await opened.page.context().close()
  }
}

describe('reportPage', () => {
  it('asks for nothing but itself, and runs nothing', async () => {
    const address = pageOf([BEFORE, SLOWER])
    const opened = await open(address)

    await using(opened, async (page) => {
      expect(opened.asked).toEqual([address])
      expect(opened.errors).toEqual([])
      expect(await page.locator('script, link, img, iframe').count()).toBe(0)
    })
  })

  it('begins with what it comes to, and that it is not causal', async () => {
    await using(await open(pageOf([BEFORE, FEW])), async (page) => {
      const banner = page.getByRole('banner')
      expect(await page.locator('body > :first-child').innerText()).toBe(await banner.innerText())
      expect(await banner.getByRole('heading', { level: 1 }).innerText()).toBe('⊘ No verdict')
      expect(await banner.innerText()).toContain('TOO_FEW_WINDOWS')
      expect(await banner.innerText()).toContain('Before/after is not causal')
      const refusals = page.locator('section', { hasText: 'What these windows cannot tell' })
      expect(await refusals.innerText()).toMatch(/4 after are too few.*Record for longer/s)
    })
  })

  it('shows every metric in a table that can be read out', async () => {
    await using(await open(pageOf([BEFORE, SLOWER])), async (page) => {
      const row = page.getByRole('row', { name: 'latency p50' })
      const cells = await row.getByRole('cell').allInnerTexts()
      expect(await row.getByRole('rowheader').innerText()).toBe('latency p50')
      expect(cells.slice(0, 3)).toEqual(['12 ms', '36 ms', '×3.00'])
      expect(cells.at(-1)).toMatch(/^(▲ worse|\? unclear)$/)
      expect(await page.getByRole('columnheader', { name: '95 % interval' }).count()).toBe(1)
      expect(await page.getByRole('row', { name: 'operations a second' }).innerText()).toContain(
        'what was asked for',
      )
    })
  })

  it('says in words what the charts show', async () => {
    await using(await open(pageOf([BEFORE, SLOWER])), async (page) => {
      const connections = page.getByRole('img', { name: /^Connections in each window/ })
      expect(await connections.getAttribute('aria-label')).toBe(
        'Connections in each window: before.jsonl mean up to 20, before.jsonl at most up to 21; after.jsonl mean up to 26, after.jsonl at most up to 27.',
      )
      // Two lines for each arm, and that of after is in two pieces around what was not seen.
      expect(await connections.locator('polyline').count()).toBe(6)
      expect(await connections.locator('.gap').count()).toBe(1)
      expect(await connections.locator('.mark text').allTextContents()).toEqual(['deploy v2'])
      expect(await page.getByRole('img', { name: /^Latency in each window/ }).count()).toBe(1)
      expect(
        await page.getByRole('img', { name: /^Changes with their intervals: connections/ }).count(),
      ).toBe(1)
      expect(await page.getByText('None in any window.').count()).toBe(2)
    })
  })

  it('has all windows as a table, folded in', async () => {
    await using(await open(pageOf([BEFORE, SLOWER])), async (page) => {
      const first = page.getByRole('row', { name: '2026-11-23 10:00:00Z' })
      expect(await first.isVisible()).toBe(false)

      await page.getByText('All 120 windows, as a table').click()

      expect(await first.getByRole('cell').allInnerTexts()).toEqual([
        'before.jsonl',
        '20',
        '20',
        '12 ms',
        '45.6 ms',
        '90 ms',
        '2,000',
        '0',
        '',
      ])
    })
  })

  it('calls arms by their names, and says that they ran at the same time', async () => {
    await using(await open(pageOf([ARMS], { arms: 'stable,canary' })), async (page) => {
      expect(await page.getByRole('banner').innerText()).toContain(
        'a difference is one of the arms',
      )
      expect(
        await page.getByRole('columnheader', { name: 'canary', exact: true }).count(),
      ).toBeGreaterThan(0)
      expect(await page.getByRole('heading', { name: 'Connections of one process' }).count()).toBe(
        1,
      )
      expect(await page.getByText('PER_PROCESS').count()).toBe(1)
    })
  })

  it('shows what lies between two marks as neither before nor after', async () => {
    const run = recording(
      'run.jsonl',
      ...madeUpWindows({ windows: 60 }),
      { type: 'mark', at: STARTED_AT + 205_000, text: 'deploy' },
      { type: 'mark', at: STARTED_AT + 300_000, text: 'done' },
    )
    await using(await open(pageOf([run], { split: 'deploy,done' })), async (page) => {
      expect(await page.locator('.legend .between').first().innerText()).toBe('in between')
      expect(await page.locator('polyline.between').count()).toBeGreaterThan(0)
    })
  })

  it('shows names as text, whatever they are', async () => {
    const opened = await open(pageOf([BEFORE, NASTY]))

    await using(opened, async (page) => {
      expect(await page.locator('b, img, script').count()).toBe(0)
      expect(opened.errors).toEqual([])
      expect(await page.getByText(HOSTILE).count()).toBeGreaterThan(2)
      expect(await page.title()).toContain(HOSTILE)
      const label = await page.getByRole('img').last().getAttribute('aria-label')
      expect(label).toContain(`; ${HOSTILE} operations a second up to`)
    })
  })

  it('shows half a recording, and one without metrics', async () => {
    const bare = (path: string, startedAt: number): Recording =>
      recording(
        path,
        ...madeUpWindows({ windows: 20, startedAt }).map(
          ({ type, startedAt: start, durationMs, connections }): RecordedLine => ({
            type,
            startedAt: start,
            durationMs,
            ...(connections !== undefined && { connections }),
          }),
        ),
      )
    await using(await open(pageOf([bare('a', STARTED_AT), bare('b', AFTER)])), async (page) => {
      expect(await page.getByRole('img', { name: /^Connections/ }).count()).toBe(1)
      expect(await page.getByRole('img', { name: /^Latency/ }).count()).toBe(0)
      expect(await page.content()).not.toMatch(/NaN|undefined|Infinity/)
    })
    await using(await open(pageOf([recording('a'), recording('b')])), async (page) => {
      expect(await page.getByText('no windows').count()).toBe(2)
      expect(await page.content()).not.toMatch(/NaN|undefined|Infinity/)
    })
  })

  it('follows the system to light and dark, and keeps its text readable', async () => {
    const address = pageOf([BEFORE, SLOWER])
    for (const [colorScheme, background] of [
      ['light', 'rgb(251, 251, 253)'],
      ['dark', 'rgb(17, 19, 24)'],
    ] as const) {
      await using(await open(address, { colorScheme }), async (page) => {
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
          background,
        )
        const contrasts = await page.evaluate<number[]>(CONTRASTS)
        expect(contrasts.length).toBeGreaterThan(50)
        expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5)
      })
    }
  })

  it.each([375, 768, 1_400])('fits a screen of %i pixels', async (width) => {
    await using(await open(pageOf([BEFORE, SLOWER]), { width }), async (page) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    })
  })

  it('is printed on white, whatever the screen is', async () => {
    await using(await open(pageOf([BEFORE, SLOWER]), { colorScheme: 'dark' }), async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })

      expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(28, 30, 36)')
    })
  })
})

/** The contrast of each text of the page to what is behind it, as WCAG counts it. */
const CONTRASTS = `(() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (colour !== 'rgba(0, 0, 0, 0)') return colour
    }
    return 'rgb(255, 255, 255)'
  }
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((element) => !element.closest('title'))
    .map((element) => {
      const style = getComputedStyle(element)
      const colour = element instanceof SVGElement ? style.fill : style.color
      const both = [light(colour), light(behind(element))].sort((one, other) => other - one)
      return (both[0] + 0.05) / (both[1] + 0.05)
    })
})()`
