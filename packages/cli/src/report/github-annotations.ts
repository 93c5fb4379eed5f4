import type { Findings } from './finding.ts'
import { reasonOf } from './reasons.ts'
import { severityOf, type Severity } from './severity.ts'
import { comparePlaces } from './site-order.ts'

/**
 * The findings as commands that GitHub Actions shows beside the lines of a pull request, one a line.
 * Paths must be relative to the root of the repository. Sites to keep are left out: there is nothing
 * to do at them, and GitHub shows only the first few annotations of a step.
 */
export function toGitHubAnnotations(findings: Findings): string {
  const { sites, notes, unparsed } = findings
  const lines = [
    ...sites
      .filter(({ decision }) => decision !== 'keep')
      .toSorted(comparePlaces)
      .map((site) => {
        const { title, sentence, remedy } = reasonOf(site.reason)
        return annotate(severityOf(site), { ...site, title, message: `${sentence} ${remedy}` })
      }),
    ...notes.toSorted(comparePlaces).map((note) => {
      return annotate(severityOf(note), { ...note, title: reasonOf(note.code).title })
    }),
    ...unparsed.toSorted(comparePlaces).map((file) => {
      return annotate('warning', { ...file, column: 1, title: 'A file that was not searched' })
    }),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

interface Annotation {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly title: string
  readonly message: string
}

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
}

function annotate(severity: Severity, annotation: Annotation): string {
  const { path, line, column, title, message } = annotation
  const place = `file=${escapeProperty(path)},line=${line},col=${column}`
  return `::${COMMANDS[severity]} ${place},title=${escapeProperty(title)}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
