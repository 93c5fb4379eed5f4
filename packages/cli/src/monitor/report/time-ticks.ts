import type { Stretch } from './stretches.ts'

/** A moment on an axis, and what is written there. */
export interface TimeTick {
  readonly at: number
  readonly text: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * HOUR),
]
const PIXELS_EACH = 90

/** Round times of day, in UTC, as many as there is room for. */
export function timeTicks({ from, to }: Stretch, width: number): TimeTick[] {
  const wanted = Math.max(1, Math.floor(width / PIXELS_EACH))
  const step = STEPS.find((each) => (to - from) / each <= wanted) ?? 24 * HOUR
  const first = Math.ceil(from / step) * step
  const count = Math.max(0, Math.floor((to - first) / step) + 1)
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * step
    const text = new Date(at).toISOString()
    return { at, text: step < MINUTE ? text.slice(11, 19) : text.slice(11, 16) }
  })
}
