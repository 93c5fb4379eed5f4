/** Every code of a warning that this package emits through `process.emitWarning`. */
export type OnePrismaWarningCode =
  | 'ONEPRISMA_DUPLICATE_DEFINITION'
  | 'ONEPRISMA_STALE_CLIENT'
  | 'ONEPRISMA_DRAIN_FAILED'
  | 'ONEPRISMA_CLOSE_FAILED'
  | 'ONEPRISMA_WORK_CUT_OFF'
  | 'ONEPRISMA_PROCESS_HELD'
  | 'ONEPRISMA_HOOK_FAILED'
  | 'ONEPRISMA_DEBUG_PARAMETERS'
  | 'ONEPRISMA_FLEET_OFF'
  | 'ONEPRISMA_STATEMENTS_UNNAMED'

/**
 * Emits one line through Node's own channel, so that `process.on('warning')`, `--no-warnings` and
 * `--trace-warnings` work as users know them.
 *
 * @internal
 */
export function warn(code: OnePrismaWarningCode, message: string, detail = ''): void {
  process.emitWarning(message, { type: 'OnePrismaWarning', code, detail })
}

/**
 * The same in this very turn, for a process that has no other: `emitWarning` waits for the next.
 *
 * @internal
 */
export function warnNow(code: OnePrismaWarningCode, message: string): void {
  const warning = Object.assign(new Error(message), { name: 'OnePrismaWarning', code })
  process.emit('warning', warning)
}
