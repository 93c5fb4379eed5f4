/** Every code that a {@link TestingError} can carry. */
export type TestingErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'NO_UNPRIVILEGED_USER'
  | 'POSTGRES_DID_NOT_START'
  | 'DATABASE_NAME_INVALID'
  | 'GENERATE_FAILED'
  | 'MIGRATIONS_MISSING'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_FAILED_BEFORE'
  | 'MIGRATION_MODIFIED'
  | 'MIGRATION_UNKNOWN'

/** The one error class of this package. Branch on `code`. */
export class TestingError extends Error {
  override readonly name = 'TestingError'
  readonly code: TestingErrorCode

  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
