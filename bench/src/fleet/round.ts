import type { Change, Crew } from './crew.ts'
import type { Load, Way } from './member-process.ts'

/** What happens in a round. */
export interface Plan {
  readonly way: Way
  readonly load: Load
  /** How long each of its three parts is. */
  readonly calmMs: number
  /** How many processes are replaced after each but the last. */
  readonly replaced: number
}

/** What came of a round. */
export interface Round {
  readonly way: Way
  readonly load: Load
  readonly startedAt: number
  readonly endedAt: number
  /** Answers for each second. */
  readonly throughput: number
  /** Queries that failed, by their code. */
  readonly errors: Readonly<Record<string, number>>
  /** What happened, from the start to the end. */
  readonly changes: readonly Change[]
}

/**
 * A round by one way: all processes begin at once; some are killed while as many others join, and
 * some leave while as many others join; at last all pause.
 */
export async function runRound(crew: Crew, plan: Plan): Promise<Round> {
  const { way, load, calmMs, replaced } = plan
  await crew.prepare(2 * replaced)
  const changesBefore = crew.changes.length
  const before = crew.told
  const startedAt = performance.now()
  crew.change(way, load)
  await pause(calmMs)
  for (const how of ['kill', 'leave'] as const) {
    crew.change(way, load, replaced, how)
    await pause(calmMs)
  }
  const endedAt = performance.now()
  const { answers, errors } = crew.told
  crew.rest()
  return {
    way,
    load,
    startedAt,
    endedAt,
    throughput: ((answers - before.answers) * 1_000) / (endedAt - startedAt),
    errors: more(before.errors, errors),
    changes: crew.changes.slice(changesBefore),
  }
}

/** What has come to some counts. */
function more(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts = Object.entries(after).map(([code, count]) => [code, count - (before[code] ?? 0)])
  return Object.fromEntries(counts.filter(([, count]) => count !== 0))
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
