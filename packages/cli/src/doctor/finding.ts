import type { Severity } from '../report/severity.ts'
import type { DoctorCode } from './codes.ts'

/** One thing that the doctor found, as data. No member of it ever holds a secret or a whole URL. */
export interface DoctorFinding {
  readonly code: DoctorCode
  /** As a rule that of the code; a date or a number may make it graver. */
  readonly severity: Severity
  /** Relative to the root, with `/`; undefined where the finding is about the server. */
  readonly path?: string
  /** From 1. */
  readonly line?: number
  /** From 1, in UTF-16 code units. */
  readonly column?: number
  /** What is so, with the numbers. Markdown with code spans and nothing else. */
  readonly message: string
  /** What the message was made of. */
  readonly evidence: Readonly<Record<string, string | number | boolean>>
  /** The exact change that ends it. Markdown with code spans and nothing else. */
  readonly change: string
}
