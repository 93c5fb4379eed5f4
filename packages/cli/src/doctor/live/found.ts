import type { DoctorFinding } from '../finding.ts'
import { LIVE_CHECKS, type LiveCode } from '../live-codes.ts'

/** Makes a finding of a live check, of the severity of its code. */
export function found(
  code: LiveCode,
  { message, evidence, change }: Pick<DoctorFinding, 'message' | 'evidence' | 'change'>,
): DoctorFinding {
  return { code, severity: LIVE_CHECKS[code].severity, message, evidence, change }
}
