import type { PoolStatus } from './driver-pool.ts'
import { Ring } from './ring.ts'
import { StatementRing } from './statement-ring.ts'
import { StatementShapes, type ShapeStatistics } from './statement-shapes.ts'
import type { OperationRecord, StatementRecord } from './telemetry-records.ts'
import { Timeline } from './timeline.ts'
import type { WatchedStatement } from './watched-statement.ts'

/**
 * What happened of late on one shared client, for whoever looks at it: in bounded memory, gone with
 * the process.
 *
 * @internal
 */
export class Activity {
  readonly failures: Ring<OperationRecord>
  readonly timeline: Timeline = new Timeline()
  readonly #statements: StatementRing
  readonly #slow: StatementRing
  #count = 0

  constructor(kept: number) {
    this.failures = new Ring(Math.min(kept, 50))
    this.#statements = new StatementRing(kept)
    this.#slow = new StatementRing(kept)
  }

  /** The newest first; good until the next statement. */
  get statements(): readonly StatementRecord[] {
    return this.#statements.values
  }

  /** The last statements and the last slow ones, summed up by shape; the slowest in sum first. */
  get slowest(): ShapeStatistics[] {
    // It is summed up when somebody asks: statements are many, and those who ask are few.
    const last = this.#statements.values
    const oldest = last.at(-1)?.number ?? 0
    const slow = this.#slow.values.filter(({ number }) => number < oldest)
    return new StatementShapes([...slow, ...last]).slowest
  }

  statement(
    statement: WatchedStatement,
    isSlow: boolean,
    of: { readonly pool: PoolStatus | undefined },
  ): void {
    const number = this.#count++
    this.#statements.add(statement, number)
    if (isSlow) this.#slow.add(statement, number)
    this.timeline.add(statement, of)
  }
}
