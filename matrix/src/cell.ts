import type { Engines } from './engines.ts'

/** The kinds of cells, in the order of the page. */
export const KINDS = ['prisma', 'adapter', 'prisma 8', 'runtime', 'framework'] as const

export type Kind = (typeof KINDS)[number]

/** One combination that is installed and run on its own. */
export interface Cell {
  /** Unique; `--only` matches it. */
  readonly id: string
  readonly kind: Kind
  /** What is combined, in the words of the table. */
  readonly title: string
  /**
   * Installs and runs it.
   *
   * @throws CellNotRun where the machine lacks what it takes; any other error makes the cell red.
   */
  readonly run: (tools: CellTools) => Promise<CellFindings>
}

/** What a cell gets to work with; all of it is gone when the cell has ended. */
export interface CellTools {
  /** An empty folder of its own. */
  readonly folder: string
  /** The packed `@oneprisma/client`. */
  readonly tarball: string
  readonly engines: Engines
  /** Aborted when the time of the cell is over. */
  readonly signal: AbortSignal
}

/** What a cell has seen. */
export interface CellFindings {
  /** Each check by name: `ok`, or what was wrong. */
  readonly checks: Readonly<Record<string, string>>
  /** Figures and versions worth telling. */
  readonly facts: Readonly<Record<string, string | number>>
}

/** The result of a cell, as it is kept. */
export interface CellResult {
  readonly id: string
  readonly kind: Kind
  readonly title: string
  readonly outcome: 'green' | 'red' | 'not run'
  /** The checks that failed, the error, or the reason why it was not run. Empty where it is green. */
  readonly detail: string
  /** How many checks it made. */
  readonly checks: number
  readonly facts: Readonly<Record<string, string | number>>
  readonly node: string
  /** Day of the run, `YYYY-MM-DD`. */
  readonly date: string
}

/** Thrown by a cell that cannot be run here; the message is the reason. */
export class CellNotRun extends Error {
  override readonly name = 'CellNotRun'
}
