/** Every code of a warning that this package emits through `process.emitWarning`. */
export type OnePrismaWarningCode =
  | 'ONEPRISMA_DUPLICATE_DEFINITION'
  | 'ONEPRISMA_STALE_CLIENT'
  | 'ONEPRISMA_DRAIN_FAILED'

/**
 * Emits one line through Node's own channel, so that `process.on('warning')`, `--no-warnings` and
 * `--trace-warnings` work as users know them.
 *
 * @internal
 */
export function warn(code: OnePrismaWarningCode, message: string): void {
  process.emitWarning(message, { type: 'OnePrismaWarning', code })
}
