/** Every code that a {@link TestingError} can carry. Codes are public API: never renamed, never reused. */
export type TestingErrorCode =
  | 'INVALID_OPTION'
  | 'PLATFORM_UNSUPPORTED'
  | 'NO_UNPRIVILEGED_USER'
  | 'POSTGRES_DID_NOT_START'
  | 'DATABASE_NAME_INVALID'
  | 'CONNECTION_STRING_INVALID'
  | 'PRISMA_MISSING'
  | 'GENERATE_FAILED'
  | 'MIGRATIONS_MISSING'
  | 'MIGRATION_FILE_MISSING'
  | 'MIGRATION_PROVIDER_MISMATCH'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_FAILED_BEFORE'
  | 'MIGRATION_MODIFIED'
  | 'MIGRATION_LOCKED'
  | 'DATABASE_NOT_EMPTY'
  | 'GLOBAL_SETUP_MISSING'
  | 'RUN_ENDED'
  | 'DATABASE_UNAVAILABLE'
  | 'TRANSACTION_IN_THE_WAY'
  | 'TRANSACTION_CONTROL_IN_SQL'
  | 'TEST_ENDED'
  | 'TESTS_OVERLAP'
  | 'NOT_A_SHARED_CLIENT'
  | 'MOCK_INCOMPLETE'

/** The one error class of this package. Branch on `code`, not on `instanceof`. */
export class TestingError extends Error {
  override readonly name = 'TestingError'
  /** What happened, stable across releases. */
  readonly code: TestingErrorCode

  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
