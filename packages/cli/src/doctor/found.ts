import type { Severity } from '../report/severity.ts'
import { STATIC_CHECKS, type StaticCode } from './static-codes.ts'
import type { DoctorFinding } from './finding.ts'

/** A file, and the place in it where a finding is shown. */
export interface FoundPlace {
  readonly path: string
  readonly line?: number
  readonly column?: number
}

export interface FoundFacts {
  readonly message: string
  readonly evidence: DoctorFinding['evidence']
  readonly change: string
  /** Where it is graver, or less grave, than its code as a rule is. */
  readonly severity?: Severity
}

/** A finding in a file, as grave as its code. */
export function found(code: StaticCode, place: FoundPlace, facts: FoundFacts): DoctorFinding {
  return { code, severity: STATIC_CHECKS[code].severity, ...place, ...facts }
}
