import { oneLine } from '../../report/markdown-text.ts'
import type { DoctorFinding } from '../finding.ts'

// A shorter one would be found in half of all words, and its holes would tell it.
const SHORTEST = 6
const CREDENTIALS = /\w+:\/\/[^\s`/@]*@/g

/**
 * The last look at what leaves the live checks: no password of a connection string, whatever name it
 * may have got into, and nothing that would act on a terminal.
 *
 * @param names - names that are told in any case, although they may be passwords at the same time
 */
export function withoutSecrets(
  findings: readonly DoctorFinding[],
  secrets: readonly string[],
  names: readonly string[],
): DoctorFinding[] {
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST && !names.includes(secret))
  const clean = (text: string): string =>
    hidden.reduce(
      (rest, secret) => rest.replaceAll(secret, '(hidden)'),
      oneLine(text).replaceAll(CREDENTIALS, '(hidden)'),
    )
  return findings.map((finding) => ({
    ...finding,
    message: clean(finding.message),
    change: clean(finding.change),
    evidence: Object.fromEntries(
      Object.entries(finding.evidence).map(([name, value]) => [
        clean(name),
        typeof value === 'string' ? clean(value) : value,
      ]),
    ),
  }))
}
