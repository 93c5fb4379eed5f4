import { limitOf, type Bar, type BenchResult } from './bar.ts'

const HEADINGS = ['', 'bar', 'variant', 'value', 'limit'] as const

/** A result as a table for a terminal. */
export function tableOf(result: BenchResult): string {
  const rows = [HEADINGS, ...result.bars.map(rowOf)]
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [
    ...lines,
    '',
    `${result.name}: ${result.ok ? 'every bar holds' : 'a bar does not hold'}`,
  ].join('\n')
}

function rowOf(bar: Bar): string[] {
  const mark = bar.ok === null ? '' : bar.ok ? 'ok' : 'FAIL'
  return [mark, bar.bar, bar.variant, `${bar.value} ${bar.unit}`.trim(), limitOf(bar)]
}
