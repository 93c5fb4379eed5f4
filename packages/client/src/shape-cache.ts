import { statementShape } from './statement-shape.ts'

const MAX_SHAPES = 1_000
// Longer statements are few, and would fill the cache with text.
const MAX_LENGTH = 10_000

/**
 * The shapes of the statements of one client, for Prisma sends the same few over and over.
 *
 * @internal
 */
export class ShapeCache {
  #shapes = new Map<string, string>()
  #older = new Map<string, string>()

  of(sql: string, system: string | undefined): string {
    const key = withoutComment(sql)
    const known = this.#shapes.get(key)
    if (known !== undefined) return known

    const shape = this.#older.get(key) ?? statementShape(sql, system)
    if (key.length <= MAX_LENGTH) this.#keep(key, shape)
    return shape
  }

  /** Forgets those that were not asked for while as many others were. */
  #keep(key: string, shape: string): void {
    if (this.#shapes.size >= MAX_SHAPES) {
      this.#older = this.#shapes
      this.#shapes = new Map()
    }
    this.#shapes.set(key, shape)
  }
}

/** A comment at the end may differ from request to request. */
function withoutComment(sql: string): string {
  return sql.endsWith('*/') ? sql.slice(0, sql.lastIndexOf('/*')) : sql
}
