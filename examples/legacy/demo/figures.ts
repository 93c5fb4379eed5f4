import type { DemoResult } from './run-demo.ts'
import type { SideResult } from './side.ts'

/** A line of the comparison. */
export interface Figure {
  readonly name: string
  readonly before: string
  readonly after: string
  /** What the number is, and what it is not. */
  readonly note: string
}

/** What both sides did, in the order of what matters. */
export function figuresOf(result: DemoResult): readonly Figure[] {
  const of = (name: string, read: (side: SideResult) => string, note: string): Figure => ({
    name,
    before: read(result.before),
    after: read(result.after),
    note,
  })
  return [
    of(
      'clients',
      ({ clients }) => String(clients.made),
      'PrismaClients that connected to the database.',
    ),
    of(
      'clients at once, at most',
      ({ clients }) => String(clients.atMost),
      'With a connection open at the same time.',
    ),
    of(
      'connections, at most',
      (side) => String(peakOf(side)),
      'In pg_stat_activity, ten times a second under load.',
    ),
    of(
      'failed requests',
      (side) => `${failedOf(side)} of ${side.sent.length}`,
      'An answer other than 200, or none in 10 seconds.',
    ),
    of(
      'time to answer, median',
      (side) => milliseconds(side, 0.5),
      'Of all requests, from when each was due.',
    ),
    of(
      'time to answer, 95 %',
      (side) => milliseconds(side, 0.95),
      'Of all requests, from when each was due.',
    ),
    of(
      'recorded answers that are the same',
      (side) => `${side.recorded - side.differences.length} of ${side.recorded}`,
      'Status, headers, cookies and body, or exit code and output.',
    ),
  ]
}

/** The most connections that there were under load. */
export function peakOf({ rounds }: SideResult): number {
  return Math.max(0, ...rounds.flat().map(({ connections }) => connections))
}

export function failedOf({ sent }: SideResult): number {
  return sent.filter(({ failure }) => failure !== undefined).length
}

function milliseconds({ sent }: SideResult, share: number): string {
  const sorted = sent.map(({ ms }) => ms).toSorted((one, other) => one - other)
  const value = sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`
}
