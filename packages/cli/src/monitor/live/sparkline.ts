const STEPS = '▁▂▃▄▅▆▇█'

/**
 * The last values as small bars, as many as there is room for, from 0 to `top`. What was not seen is
 * blank, so that it is not taken for a zero.
 */
export function sparkline(
  values: ReadonlyArray<number | undefined>,
  width: number,
  top: number = Math.max(0, ...values.filter((value) => value !== undefined)),
): string {
  if (width <= 0) return ''
  return values
    .slice(-width)
    .map((value) => {
      if (value === undefined) return ' '
      const step = top > 0 ? Math.round((value / top) * (STEPS.length - 1)) : 0
      return STEPS[Math.min(STEPS.length - 1, Math.max(0, step))] ?? ' '
    })
    .join('')
}
