export interface TickOptions {
  readonly intervalMs: number
  readonly windowMs: number
}

/** How late the sample at the end of a window may be, as a share of the window. */
export const LATEST = 0.25

/**
 * The moment that the next sample is due, after the one that was due last: a multiple of the
 * interval. What was missed is left out, but for the end of a window that can still be had; such a
 * moment lies in the past.
 */
export function nextDue(
  last: number | undefined,
  now: number,
  { intervalMs, windowMs }: TickOptions,
): number {
  const next = Math.ceil(now / intervalMs) * intervalMs
  if (last === undefined) return next
  const regular = last + intervalMs
  // Where the clock was set back, the regular one may be hours away.
  if (regular > now + 2 * intervalMs) return next
  if (regular >= now) return regular
  const end = Math.floor(now / windowMs) * windowMs
  return end >= regular && now - end <= windowMs * LATEST ? end : next
}
