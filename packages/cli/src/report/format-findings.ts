import type { Decision } from '@oneprisma/sites'
import { displayWidth } from './display-width.ts'
import type { Findings } from './finding.ts'
import { groupBy } from './group-by.ts'
import { oneLine } from './markdown-text.ts'
import { plain, type Colour, type Paint } from './paint.ts'
import { plural } from './plural.ts'
import { reasonOf } from './reasons.ts'
import { severityOf, type Severity } from './severity.ts'
import { comparePlaces } from './site-order.ts'
import { wrap } from './wrap.ts'

export interface FormatFindingsOptions {
  /**
   * Colours the text, such as `styleText` of `node:util`. Whether colours are wanted is for the
   * caller to decide.
   *
   * @default leaves the text as it is
   */
  readonly paint?: Paint
  /**
   * The columns of the terminal. Sentences are wrapped to it.
   *
   * @default nothing is wrapped
   */
  readonly width?: number | undefined
}

/** The findings as text for a terminal: a line each, file by file, and how many there are. */
export function formatFindings(findings: Findings, options: FormatFindingsOptions = {}): string {
  const { paint = plain, width = Infinity } = options
  const lines = [
    ...findings.sites.map((site) => ({
      ...site,
      label: site.decision,
      code: site.reason,
      severity: severityOf(site),
      message: reasonOf(site.reason).sentence,
    })),
    ...findings.notes.map((note) => ({ ...note, label: 'note', severity: severityOf(note) })),
  ].toSorted(comparePlaces)
  return [
    ...formatGroups(lines, paint, width),
    ...formatUnparsed(findings, paint, width),
    `${formatCounts(findings, paint)}\n`,
  ].join('\n')
}

interface Line {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly severity: Severity
  readonly label: string
  readonly code: string
  readonly message: string
}

const COLOURS: Readonly<Record<Severity, Colour>> = {
  error: 'red',
  warning: 'yellow',
  info: 'green',
}

const GAP = '  '

/** Each group of lines of one file, with its columns aligned and an empty line after it. */
function formatGroups(lines: readonly Line[], paint: Paint, width: number): readonly string[] {
  return [...groupBy(lines, ({ path }) => path).values()].map((group) => {
    const places = columnWidth(group.map(placeOf))
    const labels = columnWidth(group.map(({ label }) => label))
    const codes = columnWidth(group.map(({ code }) => code))
    const indent = places + labels + codes + 3 * GAP.length
    return group
      .map((line) => {
        const head = [
          fill(placeOf(line), places, (text) => paint('bold', text)),
          fill(line.label, labels, (text) => paint(COLOURS[line.severity], text)),
          fill(line.code, codes, (text) => paint('cyan', text)),
        ].join(GAP)
        return `${wrapAfter(head, indent, line.message, width)}\n`
      })
      .join('')
  })
}

function formatUnparsed({ unparsed }: Findings, paint: Paint, width: number): readonly string[] {
  if (unparsed.length === 0) return []
  const lines = unparsed.toSorted(comparePlaces).map(({ path, line, message }) => {
    const place = oneLine(`${path}:${line}`)
    const head = `${paint('bold', place)}${GAP}${paint('yellow', 'unparsed')}`
    const indent = displayWidth(place) + 'unparsed'.length + 2 * GAP.length
    return `${wrapAfter(head, indent, message, width)}\n`
  })
  return [lines.join('')]
}

/** A head and a message: beside it where that leaves room to read, and below it where not. */
function wrapAfter(head: string, indent: number, message: string, width: number): string {
  const isBeside = width - indent >= MIN_MESSAGE_WIDTH
  const left = isBeside ? indent : 4
  const [first = '', ...rest] = wrap(oneLine(message), Math.max(width - left, 1))
  const margin = ' '.repeat(left)
  const start = isBeside ? `${head}${GAP}${first}` : `${head.trimEnd()}\n${margin}${first}`
  return [start, ...rest.map((line) => margin + line)].join('\n')
}

const MIN_MESSAGE_WIDTH = 32

function formatCounts({ sites, notes, unparsed }: Findings, paint: Paint): string {
  const decisions: readonly Decision[] = ['rewrite', 'review', 'keep']
  const counts = decisions
    .map(
      (decision) => [decision, sites.filter((site) => site.decision === decision).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([decision, count]) => `${count} ${decision}`)
  return [
    paint('bold', plural(sites.length, 'site')) +
      (counts.length > 0 ? `: ${counts.join(', ')}` : ''),
    ...(notes.length > 0 ? [plural(notes.length, 'note')] : []),
    ...(unparsed.length > 0 ? [`${plural(unparsed.length, 'file')} unparsed`] : []),
  ].join('; ')
}

function placeOf({ path, line, column }: Line): string {
  return oneLine(`${path}:${line}:${column}`)
}

function columnWidth(texts: readonly string[]): number {
  return Math.max(...texts.map(displayWidth))
}

// Only the text is coloured, so that the blanks after it are the same with colours and without.
function fill(text: string, width: number, colour: (text: string) => string): string {
  return colour(text) + ' '.repeat(width - displayWidth(text))
}
