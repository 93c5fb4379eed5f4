/**
 * Why a server could not be started. It crosses a pipe to the parent as `{ code, message }`.
 */
export class StartFailure extends Error {
  /**
   * @param {'PLATFORM_UNSUPPORTED' | 'NO_UNPRIVILEGED_USER' | 'POSTGRES_DID_NOT_START'} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options)
    this.code = code
  }
}
