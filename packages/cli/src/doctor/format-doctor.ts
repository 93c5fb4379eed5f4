import { groupBy } from '../report/group-by.ts'
import { oneLine } from '../report/markdown-text.ts'
import { plain, type Colour, type Paint } from '../report/paint.ts'
import { plural } from '../report/plural.ts'
import type { Severity } from '../report/severity.ts'
import { wrap } from '../report/wrap.ts'
import { doctorUrl } from './codes.ts'
import type { DoctorFinding } from './finding.ts'

export interface FormatDoctorOptions {
  /** @default leaves the text as it is */
  readonly paint?: Paint
  /**
   * The columns of the terminal.
   *
   * @default nothing is wrapped
   */
  readonly width?: number | undefined
}

const NOUNS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'remark',
}
const COLOURS: Readonly<Record<Severity, Colour>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
}
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']
const INDENT = '    '

/**
 * The findings for a person: the gravest first, each with what it was made of and what ends it. What
 * is the same at several places is said once.
 */
export function formatDoctor(
  findings: readonly DoctorFinding[],
  options: FormatDoctorOptions = {},
): string {
  const { paint = plain, width = Infinity } = options
  const bySeverity = groupBy(findings, ({ severity }) => severity)
  const sections = SEVERITIES.flatMap((severity) => {
    const found = bySeverity.get(severity) ?? []
    if (found.length === 0) return []
    const head = paint(COLOURS[severity], plural(found.length, NOUNS[severity]))
    const same = groupBy(found, ({ code, message, change }) =>
      JSON.stringify([code, message, change]),
    )
    const groups = [...same.values()].map((group) => formatGroup(group, paint, width))
    return [[head, ...groups].join('\n\n')]
  })
  return [...sections, `${formatCounts(findings, paint)}\n`].join('\n\n')
}

/** Findings that differ in nothing but their place, and in what they were made of. */
function formatGroup(group: readonly DoctorFinding[], paint: Paint, width: number): string {
  const [first] = group
  if (first === undefined) return ''
  const { code, message, change } = first
  const places = group.flatMap((each) => placeOf(each, paint))
  const [place = ''] = places
  const head = group.length === 1 ? place : paint('dim', `${group.length} places`)
  return [
    `  ${paint('cyan', code)}${head === '' ? '' : `  ${head}`}`,
    ...lines('', message, width),
    ...lines('found: ', evidenceOf(group), width),
    ...lines('change: ', change, width),
    `${INDENT}${paint('dim', doctorUrl(code))}`,
    ...(group.length === 1 ? [] : places.map((each) => `${INDENT}- ${each}`)),
  ].join('\n')
}

function placeOf({ path, line, column }: DoctorFinding, paint: Paint): readonly string[] {
  if (path === undefined) return []
  const place = [path, line, column].filter((part) => part !== undefined).join(':')
  return [paint('bold', oneLine(place))]
}

/** What the findings of a group were made of, as far as that is the same for all. */
function evidenceOf(group: readonly DoctorFinding[]): string {
  const [first, ...others] = group
  return Object.entries(first?.evidence ?? {})
    .filter(([, value]) => value !== '')
    .filter(([name, value]) => others.every(({ evidence }) => evidence[name] === value))
    .map(([name, value]) => `${name} = ${value}`)
    .join('; ')
}

function lines(label: string, text: string, width: number): readonly string[] {
  if (text === '') return []
  const [first = '', ...rest] = wrap(oneLine(label + text), Math.max(width - INDENT.length, 24))
  return [first, ...rest].map((line) => INDENT + line)
}

function formatCounts(findings: readonly DoctorFinding[], paint: Paint): string {
  const counts = SEVERITIES.map((severity) => {
    const count = findings.filter((each) => each.severity === severity).length
    return plural(count, NOUNS[severity])
  })
  return paint('bold', counts.join(', '))
}
