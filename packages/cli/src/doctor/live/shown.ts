import { oneLine } from '../../report/markdown-text.ts'

const MAX_LENGTH = 80
// A connection string in a name that a program gave itself.
const HAS_CREDENTIALS = /\w:\/\/\S*@|password\s*=/i

/** A name that the server tells, made harmless: it may hold whatever its giver liked. */
export function shownName(name: string): string {
  if (HAS_CREDENTIALS.test(name)) return '(hidden)'
  const line = oneLine(name).replaceAll('`', "'")
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line
}

/** A name that the server tells, as a code span. */
export function inCode(name: string): string {
  return `\`${shownName(name)}\``
}

/** A name as SQL quotes it. */
export function sqlName(name: string): string {
  return `"${shownName(name).replaceAll('"', '""')}"`
}

/** A few of many, and how many more there are. */
export function listed(items: readonly string[], most = 5): string {
  const more = items.length - most
  return items.slice(0, most).join(', ') + (more > 0 ? `, and ${more} more` : '')
}

/** How long something has been so: `45 s`, `12 min`, `3 h`, `2 days`. */
export function shownAge(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}
