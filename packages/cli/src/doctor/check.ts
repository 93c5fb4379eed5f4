import type { Severity } from '../report/severity.ts'

/** What a code of the doctor stands for; docs/doctor.md explains each at length. */
export interface DoctorCheck {
  readonly severity: Severity
  /** What it is, in a few words: `A pool without a bound on waiting`. */
  readonly title: string
}
