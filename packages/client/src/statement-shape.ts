import type { StatementVerb } from './telemetry-records.ts'
export interface StatementShape {
  readonly text: string
  readonly verb: StatementVerb
}
export class ShapeCache {
  readonly #known = new Map<string, StatementShape>()
  of(sql: string): StatementShape {
    let shape = this.#known.get(sql)
    if (shape === undefined) {
      shape = {
        text: sql.replaceAll(/'[^']*'/g, '?'),
        verb: (/[A-Z]+/.exec(sql)?.[0] ?? 'OTHER') as StatementVerb,
      }
      if (this.#known.size > 1000) this.#known.clear()
      this.#known.set(sql, shape)
    }
    return shape
  }
}
