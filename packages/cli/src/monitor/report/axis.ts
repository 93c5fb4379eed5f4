/** Where a value lies on a line of some pixels, and what is written beside it. */
export interface Axis {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

/** From 0 to a round number above the greatest value, in about four steps. */
export function linearAxis(values: readonly number[], from: number, to: number): Axis {
  const greatest = Math.max(0, ...values)
  const step = roundStep(greatest > 0 ? greatest / 4 : 1)
  const top = Math.max(step, Math.ceil(greatest / step - 1e-9) * step)
  const count = Math.round(top / step)
  return {
    at: (value) => from + (value / top) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, index) => clean(index * step)),
  }
}

/** From a round number below the least value to one above the greatest, each factor as long. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const positive = values.filter((value) => value > 0)
  const steps = logSteps(
    positive.length === 0 ? 1 : Math.min(...positive),
    positive.length === 0 ? 10 : Math.max(...positive),
  )
  const bottom = Math.log(steps[0] ?? 1)
  const top = Math.log(steps.at(-1) ?? 10)
  return {
    at: (value) => {
      const share = (Math.log(Math.max(value, Math.exp(bottom))) - bottom) / (top - bottom)
      return from + share * (to - from)
    },
    ticks: steps.length > 8 ? steps.filter((step) => isDecade(step)) : steps,
  }
}

/** 1, 2, 5, 10, and so on, around the values. */
function logSteps(least: number, greatest: number): number[] {
  const first = Math.floor(Math.log10(least))
  const last = Math.ceil(Math.log10(greatest)) + 1
  const all = Array.from({ length: last - first + 1 }, (_, index) =>
    [1, 2, 5].map((factor) => clean(factor * 10 ** (first + index))),
  ).flat()
  const below = all.findLastIndex((step) => step <= least)
  const above = all.findIndex((step) => step >= greatest && step > (all[below] ?? 0))
  return all.slice(Math.max(0, below), above + 1)
}

function isDecade(step: number): boolean {
  return Number.isInteger(clean(Math.log10(step)))
}

/** The nearest of 1, 2, 5, 10, and so on, from a number up. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  return clean(([1, 2, 5, 10].find((factor) => factor * power >= rough - 1e-12) ?? 10) * power)
}

function clean(value: number): number {
  return Number(value.toPrecision(12))
}
