import type { Decision } from '@oneprisma/sites'
import type { Inventory, SiteRecord } from './finding.ts'
import { formatSummary } from './inventory-summary.ts'
import { formatTable } from './markdown-table.ts'
import { codeSpan, escapeProse, oneLine } from './markdown-text.ts'
import { joinPage, splitPage } from './page-block.ts'
import {
  formatGoneLine,
  GONE_HEADING,
  noteKey,
  readNotes,
  SITE_COLUMNS,
  type PageNotes,
} from './page-notes.ts'
import { reasonOf } from './reasons.ts'
import { comparePlaces, numberSites } from './site-order.ts'

/**
 * The Markdown of `docs/backend/prisma-usage-inventory.md`. Of the page that was there before,
 * everything outside of the markers stays, and so do the notes that people wrote beside sites.
 *
 * @throws ReportError with the code `INVENTORY_MARKERS_BROKEN`.
 */
export function formatInventoryPage(inventory: Inventory, previous: string | undefined): string {
  const block = splitPage(previous ?? NEW_PAGE)
  const notes = readNotes(block.generated ?? '')
  const rows = rowsOf(inventory.sites)
  return joinPage(block, [
    ...formatSummary(inventory.sites),
    ...formatSites(rows, notes),
    ...formatNotes(inventory),
    ...formatUnparsed(inventory),
    ...formatGone(rows, notes),
    ...UPKEEP,
  ])
}

/**
 * Tells whether a page lists what the inventory has. Lines that have shifted do not count, or each
 * edit above a client would make the page stale; nor does how a formatter lays out the page.
 *
 * @throws ReportError with the code `INVENTORY_MARKERS_BROKEN`.
 */
export function isPageCurrent(inventory: Inventory, page: string): boolean {
  return gist(formatInventoryPage(inventory, page)) === gist(page)
}

const NEW_PAGE = `# Prisma clients of this repository

What stands outside of the two markers is yours and stays as it is.

`

const UPKEEP = [
  '## How to keep this page current',
  '',
  'Run `oneprisma inventory --write` and commit the page. Between the markers, the notes in the last column of the sites are kept, and everything else is written anew. `oneprisma check` fails in CI when there is a new site, or when this page does not list the sites as they are.',
]

const DECISIONS: readonly Decision[] = ['rewrite', 'review', 'keep']

interface SiteRow {
  readonly site: SiteRecord
  readonly what: string
  readonly key: string
}

function rowsOf(sites: readonly SiteRecord[]): readonly SiteRow[] {
  const numbers = numberSites(sites)
  return sites.toSorted(compareDecisions).map((site) => {
    const number = numbers.get(site) ?? 1
    const what = number === 1 ? site.kind : `${site.kind} (${number})`
    return { site, what, key: noteKey(oneLine(site.path), what) }
  })
}

function compareDecisions(a: SiteRecord, b: SiteRecord): number {
  return DECISIONS.indexOf(a.decision) - DECISIONS.indexOf(b.decision) || comparePlaces(a, b)
}

function formatSites(rows: readonly SiteRow[], notes: PageNotes): readonly string[] {
  const inTests = rows.filter(({ site }) => site.context === 'test')
  const others = rows.filter(({ site }) => site.context !== 'test')
  return [
    '## Sites',
    '',
    ...(others.length === 0 ? ['There are none.'] : formatSiteTable(others, notes)),
    '',
    '## Tests',
    '',
    ...(inTests.length === 0 ? ['No test has a site.'] : formatSiteTable(inTests, notes)),
    '',
  ]
}

function formatSiteTable(rows: readonly SiteRow[], notes: PageNotes): readonly string[] {
  return formatTable(
    SITE_COLUMNS,
    rows.map(({ site, what, key }) => [
      codeSpan(`${site.path}:${site.line}`),
      what,
      site.context,
      site.lifetime,
      site.decision,
      `${codeSpan(site.reason)} ${reasonOf(site.reason).sentence}`,
      notes.bySite.get(key) ?? returnedNote(notes, key) ?? '',
    ]),
  )
}

/** The note of a site that was gone and is there again. */
function returnedNote(notes: PageNotes, key: string): string | undefined {
  return notes.gone.find(({ note }) => note?.key === key)?.note?.text
}

function formatGone(rows: readonly SiteRow[], notes: PageNotes): readonly string[] {
  const keys = new Set(rows.map(({ key }) => key))
  const kept = notes.gone.filter(
    ({ note }) => note === undefined || !keys.has(note.key) || notes.bySite.has(note.key),
  )
  const added = [...notes.bySite].filter(([key]) => !keys.has(key))
  const lines = [
    ...kept.map(({ text }) => text),
    ...added.map(([key, note]) => formatGoneLine(key, note)),
  ]
  return lines.length === 0 ? [] : [GONE_HEADING, '', ...new Set(lines), '']
}

function formatNotes({ notes }: Inventory): readonly string[] {
  if (notes.length === 0) return []
  const rows = notes
    .toSorted(comparePlaces)
    .map(({ path, line, code, message }) => [
      codeSpan(`${path}:${line}`),
      codeSpan(code),
      escapeProse(message),
    ])
  return ['## To look at', '', ...formatTable(['Place', 'Code', 'What'], rows), '']
}

function formatUnparsed({ unparsed }: Inventory): readonly string[] {
  if (unparsed.length === 0) return []
  const rows = unparsed
    .toSorted(comparePlaces)
    .map(({ path, line, message }) => [codeSpan(`${path}:${line}`), escapeProse(message)])
  return [
    '## Files that could not be read',
    '',
    'Clients in these files are not listed.',
    '',
    ...formatTable(['Place', 'Why'], rows),
    '',
  ]
}

function gist(page: string): string {
  return page
    .replaceAll(/:\d+(?= ?`)/g, '')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/\s+/g, ' ')
}
