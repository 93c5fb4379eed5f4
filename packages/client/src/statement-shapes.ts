import type { StatementRecord } from './telemetry-records.ts'

/** Statements that differ in nothing but their values. */
export interface ShapeStatistics {
  /** The text without values. */
  readonly text: string
  readonly calls: number
  readonly failed: number
  readonly totalMs: number
  readonly maxMs: number
  /** Returned or changed. */
  readonly rows: number
}

type Counted = { -readonly [Name in keyof ShapeStatistics]: ShapeStatistics[Name] }

/**
 * What statements of one shape took in sum.
 *
 * @internal
 */
export class StatementShapes {
  readonly #shapes = new Map<string, Counted>()

  constructor(statements: Iterable<StatementRecord>) {
    for (const statement of statements) this.#add(statement)
  }

  /** The slowest in sum first. */
  get slowest(): ShapeStatistics[] {
    return [...this.#shapes.values()].toSorted((one, other) => other.totalMs - one.totalMs)
  }

  #add({ text, durationMs, rows = 0, error }: StatementRecord): void {
    const shape = this.#shapes.get(text) ?? {
      text,
      calls: 0,
      failed: 0,
      totalMs: 0,
      maxMs: 0,
      rows: 0,
    }
    this.#shapes.set(text, shape)
    shape.calls++
    shape.totalMs += durationMs
    shape.rows += rows
    shape.maxMs = Math.max(shape.maxMs, durationMs)
    if (error !== undefined) shape.failed++
  }
}
