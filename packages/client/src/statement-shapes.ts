import type { StatementRecord } from './telemetry-records.ts'

const MAX_SHAPES = 400

/** Statements that differ in nothing but their values. */
export interface ShapeStatistics {
  /** The text without values. */
  readonly text: string
  readonly calls: number
  readonly failed: number
  readonly totalMs: number
  readonly maxMs: number
  readonly rows: number
}

type Counted = { -readonly [Name in keyof ShapeStatistics]: ShapeStatistics[Name] }

/**
 * What statements of one shape took in sum, for the shapes that took the most.
 *
 * @internal
 */
export class StatementShapes {
  readonly #shapes = new Map<string, Counted>()

  add({ text, durationMs, rows = 0, error }: StatementRecord): void {
    const shape = this.#shapes.get(text) ?? this.#begin(text)
    shape.calls++
    shape.totalMs += durationMs
    shape.rows += rows
    if (durationMs > shape.maxMs) shape.maxMs = durationMs
    if (error !== undefined) shape.failed++
  }

  /** The slowest in sum first. */
  get slowest(): ShapeStatistics[] {
    return [...this.#shapes.values()]
      .map((shape) => ({ ...shape }))
      .toSorted((one, other) => other.totalMs - one.totalMs)
  }

  #begin(text: string): Counted {
    if (this.#shapes.size >= MAX_SHAPES) this.#forget()
    const shape = { text, calls: 0, failed: 0, totalMs: 0, maxMs: 0, rows: 0 }
    this.#shapes.set(text, shape)
    return shape
  }

  /** Forgets the quicker half, so that there is room for a while. */
  #forget(): void {
    for (const { text } of this.slowest.slice(MAX_SHAPES / 2)) this.#shapes.delete(text)
  }
}
