import type { DoctorCheck } from './check.ts'
import { LIVE_CHECKS, type LiveCode } from './live-codes.ts'
import { STATIC_CHECKS, type StaticCode } from './static-codes.ts'

/** Every code of a finding of the doctor. Codes are public: never renamed, never reused. */
export type DoctorCode = StaticCode | LiveCode

/** The meaning of every code; docs/doctor.md has a heading for each. */
export const DOCTOR_CHECKS: Readonly<Record<DoctorCode, DoctorCheck>> = {
  ...STATIC_CHECKS,
  ...LIVE_CHECKS,
}

const PAGE = 'https://github.com/oneprisma/oneprisma/blob/main/docs/doctor.md'

/** Where the code is explained at length. */
export function doctorUrl(code: DoctorCode): string {
  return `${PAGE}#${code.toLowerCase()}`
}
