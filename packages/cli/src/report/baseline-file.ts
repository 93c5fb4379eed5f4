import type { SiteKind } from '@oneprisma/sites'
import { isObject } from '../project/json.ts'
import { BASELINE_FILE, type Baseline, type BaselineEntry } from './baseline.ts'
import { ReportError } from './report-error.ts'

/** The text of the baseline file, with entries in an order that merges well. */
export function formatBaseline({ entries }: Baseline): string {
  const sites = entries
    .toSorted((a, b) => compareText(sortKey(a), sortKey(b)))
    .map(({ path, kind, reason, count }) => ({ path, kind, reason, count }))
  return `${JSON.stringify({ version: VERSION, sites }, null, 2)}\n`
}

/**
 * Reads the text of the baseline file.
 *
 * @throws ReportError with the code `BASELINE_INVALID` and the place.
 */
export function parseBaseline(text: string): Baseline {
  const file = parseJson(text)
  if (!isObject(file)) throw invalid('the file', 'an object', file)
  if (file['version'] !== VERSION) throw invalid('`version`', `${VERSION}`, file['version'])
  const sites = file['sites']
  if (!Array.isArray(sites)) throw invalid('`sites`', 'an array', sites)
  const entries = sites.map((site: unknown, index) => readEntry(site, `\`sites[${index}]`))
  const keys = entries.map(sortKey)
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index)
  if (twice !== -1) {
    throw invalid(`\`sites[${twice}]\``, 'to be there once', entries[twice])
  }
  return { entries }
}

const VERSION = 1

const KINDS: Readonly<Record<SiteKind, true>> = {
  new: true,
  extends: true,
  wrapper: true,
  're-export': true,
}

function readEntry(site: unknown, place: string): BaselineEntry {
  if (!isObject(site)) throw invalid(`${place}\``, 'an object', site)
  const { path, kind, reason, count } = site
  if (typeof path !== 'string' || path === '') throw invalid(`${place}.path\``, 'a path', path)
  if (!isKind(kind))
    throw invalid(`${place}.kind\``, `one of ${Object.keys(KINDS).join(', ')}`, kind)
  if (typeof reason !== 'string' || reason === '') {
    throw invalid(`${place}.reason\``, 'a code', reason)
  }
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) {
    throw invalid(`${place}.count\``, 'a whole number from 1 and up', count)
  }
  return { path, kind, reason, count }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const line = lineOfError(text, message)
    throw new ReportError(
      'BASELINE_INVALID',
      `${BASELINE_FILE} is no JSON, at line ${line}: ${message}. ${REMEDY}`,
      line,
    )
  }
}

/** The line of a syntax error, from the offset that Node tells; without one, the text ends too early. */
function lineOfError(text: string, message: string): number {
  const offset = /at position (\d+)/.exec(message)?.[1]
  const before = offset === undefined ? text.trimEnd() : text.slice(0, Number(offset))
  return before.split('\n').length
}

function invalid(place: string, expected: string, got: unknown): ReportError {
  return new ReportError(
    'BASELINE_INVALID',
    `Expected ${place} in ${BASELINE_FILE} to be ${expected}, got ${JSON.stringify(got) ?? 'nothing'}. ${REMEDY}`,
  )
}

const REMEDY =
  'Take the file from version control, or delete it and run `oneprisma check --write-baseline`.'

function isKind(value: unknown): value is SiteKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value)
}

function sortKey({ path, kind, reason }: BaselineEntry): string {
  return [path, kind, reason].join('\0')
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
