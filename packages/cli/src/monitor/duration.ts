import { CliError } from '../errors.ts'

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration that a flag was given: `500ms`, `10s`, `10m`, `1.5h`. */
export function parseDuration(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS_MS[unit] ?? Number.NaN)
  if (Number.isInteger(ms) && ms > 0) return ms
  throw new CliError(
    'USAGE',
    `${flag} takes a duration with its unit, such as 500ms, 10s, 10m or 1h; "${text}" is none.`,
  )
}

/** A duration for people, to the second: `10 s`, `2:05 min`, `1:02:03 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (ms < 1_000 && ms > 0) return `${Math.round(ms)} ms`
  if (seconds < 60) return `${seconds} s`
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)} min`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)} h`
}
