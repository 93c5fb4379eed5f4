import type { Figure } from './figures.ts'

/** The figures of both sides in columns, for a terminal. */
export function comparisonTable(figures: readonly Figure[]): string {
  const rows = [
    ['', 'before', 'after'],
    ...figures.map(({ name, before, after }) => [name, before, after]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lineOf = ([name = '', before = '', after = '']: readonly string[]): string =>
    [
      name.padEnd(widths[0] ?? 0),
      before.padStart(widths[1] ?? 0),
      after.padStart(widths[2] ?? 0),
    ].join('   ')
  return rows.map((row) => lineOf(row).trimEnd()).join('\n')
}
