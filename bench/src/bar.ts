/** One figure of a bench. A row without a limit is there to compare with, and cannot fail. */
export interface Bar {
  readonly bar: string
  readonly variant: string
  readonly value: number
  readonly unit: string
  readonly limit: number | null
  readonly ok: boolean | null
  /** Whether the limit is the least that the figure may be, and not the most. */
  readonly isLeast?: boolean
}

/** What a bench found, as one line of JSON. */
export interface BenchResult {
  readonly name: string
  readonly ok: boolean
  readonly date: string
  readonly versions: Readonly<Record<string, string>>
  readonly bars: readonly Bar[]
}

/** Options of a run. */
export interface BenchOptions {
  /** A short form, for CI: fewer rounds, the same bars. */
  readonly isQuick: boolean
  /** How long to go on, in minutes, for a bench that can be run again and again. */
  readonly minutes?: number
  /** The one part that is to be run, of a bench that has parts. */
  readonly only?: string
}

/** A figure that has to be at most its limit. */
export function atMost(
  bar: string,
  variant: string,
  value: number,
  unit: string,
  limit: number,
): Bar {
  return { bar, variant, value, unit, limit, ok: value <= limit }
}

/** A figure that has to be at least its limit. */
export function atLeast(
  bar: string,
  variant: string,
  value: number,
  unit: string,
  limit: number,
): Bar {
  return { bar, variant, value, unit, limit, ok: value >= limit, isLeast: true }
}

/** A figure that has to be exactly its limit. */
export function exactly(
  bar: string,
  variant: string,
  value: number,
  unit: string,
  limit: number,
): Bar {
  return { bar, variant, value, unit, limit, ok: value === limit }
}

/** A figure that others are compared with. */
export function forComparison(bar: string, variant: string, value: number, unit: string): Bar {
  return { bar, variant, value, unit, limit: null, ok: null }
}

/** A figure with a limit where it is ours; where it is another variant's, one to compare with. */
export function limitedIf(isOurs: boolean, limited: Bar): Bar {
  return isOurs ? limited : { ...limited, limit: null, ok: null }
}

/** Of figures that were taken more than once the worst: one that fails its limit, else the one nearest to it. */
export function worstOf(bars: readonly Bar[]): Bar[] {
  const worst = new Map<string, Bar>()
  for (const bar of bars) {
    const key = `${bar.bar}\n${bar.variant}`
    const known = worst.get(key)
    const isWorse =
      known === undefined || (known.ok !== false && (bar.ok === false || isFurther(bar, known)))
    if (isWorse) worst.set(key, bar)
  }
  return [...worst.values()]
}

function isFurther(bar: Bar, than: Bar): boolean {
  return bar.isLeast === true ? bar.value < than.value : bar.value > than.value
}

/** The limit of a figure in words; empty without one. */
export function limitOf({ limit, isLeast = false }: Bar): string {
  return limit === null ? '' : `${isLeast ? 'at least ' : ''}${limit}`
}

/** Puts a result together: it is good if every bar that has a limit holds, and there is one. */
export function resultOf(
  name: string,
  versions: Readonly<Record<string, string>>,
  bars: readonly Bar[],
): BenchResult {
  const limited = bars.filter((bar) => bar.limit !== null)
  const ok = limited.length > 0 && limited.every((bar) => bar.ok === true)
  return { name, ok, date: new Date().toISOString(), versions, bars }
}
