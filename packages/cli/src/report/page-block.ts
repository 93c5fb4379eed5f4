import { ReportError } from './report-error.ts'

/** A page in three parts, of which a machine writes the middle one. */
export interface PageBlock {
  /** All up to the first marker. */
  readonly before: string
  /** What stands between the markers, `undefined` where there are none yet. */
  readonly generated: string | undefined
  /** All that follows the last marker, its line ending first. */
  readonly after: string
  readonly lineEnding: '\n' | '\r\n'
}

export const BEGIN = '<!-- oneprisma:inventory:begin -->'
export const END = '<!-- oneprisma:inventory:end -->'

/** Finds the generated part of a page. On a page without markers, it comes after all that is there. */
export function splitPage(page: string): PageBlock {
  const begins = linesOf(page, BEGIN)
  const ends = linesOf(page, END)
  const lineEnding = page.includes('\r\n') ? '\r\n' : '\n'
  const [begin] = begins
  const [end] = ends
  if (begin === undefined && end === undefined) {
    return {
      before: closeParagraph(page, lineEnding),
      generated: undefined,
      after: lineEnding,
      lineEnding,
    }
  }
  if (begin === undefined || end === undefined || begins.length + ends.length > 2 || end < begin) {
    throw brokenMarkers(page, begins, ends)
  }
  return {
    before: page.slice(0, begin),
    generated: page.slice(begin + BEGIN.length, end),
    after: page.slice(end + END.length),
    lineEnding,
  }
}

/** Puts a page together again around new lines. */
export function joinPage(block: PageBlock, lines: readonly string[]): string {
  const { before, after, lineEnding } = block
  return before + [BEGIN, '', ...lines, '', END].join(lineEnding) + after
}

function linesOf(page: string, marker: string): readonly number[] {
  const pattern = new RegExp(`(?<=^\uFEFF?)${marker}(?=[ \\t]*\\r?$)`, 'gm')
  return [...page.matchAll(pattern)].map(({ index }) => index)
}

function closeParagraph(page: string, lineEnding: string): string {
  if (page === '' || page === '\uFEFF') return page
  if (!page.endsWith('\n')) return page + lineEnding + lineEnding
  return /\n\r?\n$/.test(page) ? page : page + lineEnding
}

function brokenMarkers(
  page: string,
  begins: readonly number[],
  ends: readonly number[],
): ReportError {
  const places = [...begins, ...ends].map((at) => page.slice(0, at).split('\n').length)
  const line = Math.min(...places)
  return new ReportError(
    'INVENTORY_MARKERS_BROKEN',
    `The inventory page has ${begins.length} of the marker \`${BEGIN}\` and ${ends.length} of \`${END}\` (from line ${line} on), where one of each belongs, in this order. Put back or delete markers until that is so; if both are deleted, the inventory goes to the end of the page.`,
    line,
  )
}
