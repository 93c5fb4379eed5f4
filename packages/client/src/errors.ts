/** Every code that a {@link OnePrismaError} can carry. Codes are public API: never renamed, never reused. */
export type OnePrismaErrorCode =
  | 'CONNECTION_STRING_MISSING'
  | 'CONNECTION_STRING_INVALID'
  | 'URL_PARAMETER_UNSUPPORTED'
  | 'INVALID_OPTION'
  | 'BUDGET_EXCEEDED'
  | 'POOL_WRAPPED'
  | 'POOL_FOREIGN_COPY'
  | 'CREATE_FAILED'
  | 'CREATE_RETURNED_NOTHING'
  | 'CREATE_RETURNED_PROMISE'
  | 'NAME_CONFLICT'
  | 'NOT_A_SHARED_CLIENT'
  | 'CLOSE_TIMEOUT'
  | 'DRAINED'
  | 'ALREADY_RUNNING'
  | 'MAIN_NEVER_SETTLED'
  | 'UNSUPPORTED_RUNTIME'
  | 'OUTSIDE_REQUEST'
  | 'REQUEST_ENDED'
  | 'TELEMETRY_OFF'
  | 'FLEET_UNSUPPORTED'
  | 'FLEET_DENIED'
  | 'FLEET_FULL'
  | 'FLEET_REFUSED'
  | 'TENANTS_EXHAUSTED'
  | 'TENANT_CLOSED'

/**
 * The one error class of this package.
 *
 * Branch on `code`, not on `instanceof`: two copies of the package can be loaded in one process
 * (ESM and CJS, or one per bundle), and each has its own class.
 */
export class OnePrismaError extends Error {
  override readonly name = 'OnePrismaError'
  /** What happened, stable across releases. Each code has a heading in `docs/errors.md`. */
  readonly code: OnePrismaErrorCode

  constructor(code: OnePrismaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Tells whether a value is an error of this package, from whichever copy of it.
 *
 * @param code - Where given, the error must carry this code.
 */
export function isOnePrismaError(
  value: unknown,
  code?: OnePrismaErrorCode,
): value is OnePrismaError {
  return (
    value instanceof Error &&
    value.name === 'OnePrismaError' &&
    'code' in value &&
    (code === undefined || value.code === code)
  )
}
