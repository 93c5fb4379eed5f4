import type { Note, SiteRecord } from './finding.ts'
import { CHECK_REASONS } from './check-reasons.ts'

/** `error`: what fails a check; `warning`: what a person has to look at; `info`: what is fine. */
export type Severity = 'error' | 'warning' | 'info'

export function severityOf(finding: SiteRecord | Note): Severity {
  if ('code' in finding) return Object.hasOwn(CHECK_REASONS, finding.code) ? 'error' : 'warning'
  if (finding.decision === 'rewrite') return 'error'
  return finding.decision === 'review' ? 'warning' : 'info'
}
