/** Every code of an error that ends a command with status 2. Codes are public: never reused. */
export type CliErrorCode =
  | 'USAGE'
  | 'ROOT_MISSING'
  | 'GIT_DIRTY'
  | 'GIT_UNREADABLE'
  | 'FILE_UNREADABLE'
  | 'FILE_CHANGED'
  | 'PLACE_REFUSED'
  | 'WRITE_FAILED'
  | 'WRITE_IN_PROGRESS'
  | 'JOURNAL_INVALID'
  | 'CANCELLED'
  | 'URL_MISSING'
  | 'SOURCE_MISSING'
  | 'SOURCE_FAILED'
  | 'RECORDING_INVALID'
  | 'RECORDINGS_DIFFER'

/** What stops a command: what happened, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
