import { displayWidth } from './display-width.ts'

/** Lays out a table as formatters do, so that they leave it as it is. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = header.map((_, column) =>
    [header, ...rows].reduce((width, row) => Math.max(width, displayWidth(row[column] ?? '')), 3),
  )
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

/**
 * The cells of a line of a table with so many columns, or `undefined` if the line is none. Bars
 * that are too many belong to the last cell, and come back escaped in it.
 */
export function readRow(line: string, columns: number): readonly string[] | undefined {
  const bars = barsOf(line)
  if (bars[0] !== line.length - line.trimStart().length) return undefined
  let end = line.length
  while (bars.length > columns && line.slice(bars.at(-1), end).trimEnd() === '|') {
    end = bars.pop() ?? end
  }
  const lastStart = bars[columns - 1] ?? end
  const cells = bars.slice(0, columns - 1).map((bar, index) => line.slice(bar + 1, bars[index + 1]))
  return [...cells, escapeBars(line.slice(lastStart + 1, end))].map((cell) => cell.trim())
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - displayWidth(cell))
}

/** Where the bars stand that divide cells: those without a backslash of their own before them. */
function barsOf(line: string): number[] {
  return [...line.matchAll(/\\.|\|/g)].filter(([text]) => text === '|').map(({ index }) => index)
}

function escapeBars(cell: string): string {
  return cell.replaceAll(/\\.|\|/g, (text) => (text === '|' ? String.raw`\|` : text))
}
