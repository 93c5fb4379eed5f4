import type { PoolStatus } from './driver-pool.ts'
import { Ring } from './ring.ts'
import { StatementShapes, type ShapeStatistics } from './statement-shapes.ts'
import type { OperationRecord, StatementRecord } from './telemetry-records.ts'
import { Timeline } from './timeline.ts'

/**
 * What happened of late on one shared client, for whoever looks at it: in bounded memory, gone with
 * the process.
 *
 * @internal
 */
export class Activity {
  readonly statements: Ring<StatementRecord>
  readonly failures: Ring<OperationRecord>
  readonly timeline: Timeline = new Timeline()
  readonly #slow: Ring<StatementRecord>

  constructor(kept: number) {
    this.statements = new Ring(kept)
    this.failures = new Ring(Math.min(kept, 50))
    this.#slow = new Ring(kept)
  }

  /** The last statements and the last slow ones, summed up by shape; the slowest in sum first. */
  get slowest(): ShapeStatistics[] {
    // It is summed up when somebody asks: statements are many, and those who ask are few.
    return new StatementShapes(new Set([...this.#slow.values, ...this.statements.values])).slowest
  }

  statement(
    record: StatementRecord,
    isSlow: boolean,
    of: { readonly pool: PoolStatus | undefined },
  ): void {
    this.statements.add(record)
    if (isSlow) this.#slow.add(record)
    this.timeline.add(record, of)
  }
}
