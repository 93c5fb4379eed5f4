/** A number with three digits that count, and thousands apart: `0.123`, `12.3`, `1,234`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

export function formatMs(ms: number): string {
  return `${formatNumber(ms)} ms`
}

/** A share in percent: 0.0123 is `1.23 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100)} %`
}

/** The time of day in UTC, to the second. */
export function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`
}

/** The day and the time of day in UTC, to the second. */
export function formatMoment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`
}
