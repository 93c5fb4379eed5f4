import type { DoctorCheck } from './check.ts'

/** What the doctor can find by asking the server. */
export type LiveCode = never

export const LIVE_CHECKS: Readonly<Record<LiveCode, DoctorCheck>> = {}
