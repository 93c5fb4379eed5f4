import { KINDS, type CellResult } from './cell.ts'

const HEADINGS: Readonly<Record<(typeof KINDS)[number], string>> = {
  prisma: 'Versions of Prisma, and its generators',
  adapter: 'Driver adapters',
  'prisma 8': 'The release candidate of Prisma 8',
  runtime: 'Runtimes',
  framework: 'Frameworks',
}

const FACTS_IN_ROW = 6

/** The results by kind, one table each, for the page. */
export function pageTablesOf(results: readonly CellResult[]): string {
  return KINDS.flatMap((kind) => {
    const rows = results.filter((result) => result.kind === kind)
    if (rows.length === 0) return []
    const isLong = (result: CellResult): boolean => Object.keys(result.facts).length > FACTS_IN_ROW
    const table = tableOf(
      ['cell', 'outcome', 'versions and figures', ''],
      rows.map((result) => rowOf(isLong(result) ? { ...result, facts: {} } : result)),
    )
    return [`### ${HEADINGS[kind]}`, table, ...rows.filter(isLong).map(factsOf)]
  }).join('\n\n')
}

/** How many cells of each kind are green, for the README. */
export function shortTableOf(results: readonly CellResult[]): string {
  const rows = KINDS.flatMap((kind) => {
    const found = results.filter((result) => result.kind === kind)
    if (found.length === 0) return []
    const count = (outcome: CellResult['outcome']): string =>
      String(found.filter((result) => result.outcome === outcome).length)
    return [[HEADINGS[kind], count('green'), count('red'), count('not run')]]
  })
  return tableOf(['cells', 'green', 'red', 'not run'], rows)
}

/** The text with what is between the markers replaced. Throws where a marker is missing. */
export function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`There is no ${start} before an ${end}.`)
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
}

/** Results of this run in place of those before; cells that are no more are dropped. */
export function mergeResults(
  ids: readonly string[],
  before: readonly CellResult[],
  now: readonly CellResult[],
): CellResult[] {
  return ids.flatMap(
    (id) => [...now, ...before].find((result) => result.id === id) ?? ([] as CellResult[]),
  )
}

/** What does not fit into a row. */
function factsOf({ facts }: CellResult): string {
  const rows = Object.entries(facts).map(([name, value]) => [name, String(value)])
  return tableOf(['measured', ''], rows)
}

function rowOf(result: CellResult): string[] {
  const facts = Object.entries(result.facts).map(([name, value]) => `${name} ${value}`)
  const outcome = result.outcome === 'red' ? '**red**' : result.outcome
  const made = result.checks > 0 ? `${outcome}, ${result.checks} checks` : outcome
  return [result.title, made, facts.join(', '), result.detail]
}

function tableOf(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cells = [headings, ...rows].map((row) => row.map(escaped))
  const widths = headings.map((_, at) => Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[], fill: string): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width, fill)).join(' | ')} |`
  const [first = [], ...rest] = cells
  return [line(first, ' '), line([], '-'), ...rest.map((row) => line(row, ' '))].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
