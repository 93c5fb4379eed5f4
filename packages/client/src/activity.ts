import type { PoolStatus } from './driver-pool.ts'
import { Ring } from './ring.ts'
import { StatementShapes } from './statement-shapes.ts'
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
  readonly shapes: StatementShapes = new StatementShapes()
  readonly timeline: Timeline = new Timeline()

  constructor(kept: number) {
    this.statements = new Ring(kept)
    this.failures = new Ring(Math.min(kept, 50))
  }

  statement(record: StatementRecord, pool: () => PoolStatus | undefined): void {
    this.statements.add(record)
    this.shapes.add(record)
    this.timeline.add(record.durationMs, record.error !== undefined, pool)
  }
}
