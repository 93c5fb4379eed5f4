/** What can be wrong with a file that a report reads back. */
export type ReportErrorCode =
  | 'BASELINE_INVALID'
  | 'BASELINE_WOULD_GROW'
  | 'INVENTORY_MARKERS_BROKEN'

/** A file of reports cannot be read, or must not be written. Branch on `code`. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  /** Each code has a heading in docs/reasons.md. */
  readonly code: ReportErrorCode
  /** From 1, in the file that is at fault, where a place is known. */
  readonly line: number | undefined

  constructor(code: ReportErrorCode, message: string, line?: number) {
    super(message)
    this.code = code
    this.line = line
  }
}
