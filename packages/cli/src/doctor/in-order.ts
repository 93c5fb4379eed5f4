import type { Severity } from '../report/severity.ts'
import type { DoctorFinding } from './finding.ts'

const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** Orders by severity, then by place, then by code. What is about the server comes after the files. */
export function inOrder(one: DoctorFinding, other: DoctorFinding): number {
  return (
    RANKS[one.severity] - RANKS[other.severity] ||
    compare(one.path ?? '\u{10ffff}', other.path ?? '\u{10ffff}') ||
    (one.line ?? 0) - (other.line ?? 0) ||
    (one.column ?? 0) - (other.column ?? 0) ||
    compare(one.code, other.code) ||
    compare(one.message, other.message)
  )
}

// By code unit, as no locale changes that.
function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
