import type { Log, Notification, ReportingDescriptor, Result } from 'sarif'
import {
  FINGERPRINT,
  fingerprint,
  KIND_AND_LEVEL,
  locationOf,
  pascalCase,
  ROOT,
} from './sarif-parts.ts'
import { severityOf } from './severity.ts'
import type { Inventory, Note, SiteRecord, Unparsed } from './finding.ts'
import { reasonOf, REASONS, reasonUrl } from './reasons.ts'
import { comparePlaces, numberSites } from './site-order.ts'

/** The sites, notes and unparsed files as SARIF 2.1.0, for code scanning of GitHub and its like. */
export function toSarif(inventory: Inventory, toolVersion: string): Log {
  const numbers = numberSites(inventory.sites)
  const sites = inventory.sites.toSorted(comparePlaces)
  const notes = inventory.notes.toSorted(comparePlaces)
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'oneprisma', version: toolVersion, rules: RULES } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: inventory.unparsed
              .toSorted(comparePlaces)
              .map(toNotification),
          },
        ],
        results: [
          ...sites.map((site) => toSiteResult(site, numbers.get(site) ?? 1)),
          ...toNoteResults(notes),
        ],
      },
    ],
  }
}

// All rules of this version, so that a rule keeps its index and its help though it has no result.
const RULES = Object.entries(REASONS).map(
  ([code, { title, sentence, remedy }]): ReportingDescriptor => ({
    id: code,
    name: pascalCase(code),
    shortDescription: { text: title },
    fullDescription: { text: sentence },
    help: { text: `${sentence} ${remedy}`, markdown: `**${title}.** ${sentence}\n\n${remedy}` },
    helpUri: reasonUrl(code),
  }),
)

function toSiteResult(site: SiteRecord, number: number): Result {
  const { reason, decision, kind, context, lifetime, binding, importSource } = site
  const { sentence, remedy } = reasonOf(reason)
  return {
    ruleId: reason,
    ruleIndex: RULES.findIndex(({ id }) => id === reason),
    ...KIND_AND_LEVEL[severityOf(site)],
    message: { text: `${sentence} ${remedy}` },
    locations: [locationOf(site)],
    partialFingerprints: { [FINGERPRINT]: fingerprint([site.path, kind, reason, `${number}`]) },
    properties: { decision, kind, context, lifetime, binding, importSource },
  }
}

function toNoteResults(notes: readonly Note[]): Result[] {
  const counts = new Map<string, number>()
  return notes.map((note) => {
    const key = `${note.path}\0${note.code}`
    const number = (counts.get(key) ?? 0) + 1
    counts.set(key, number)
    return {
      ruleId: note.code,
      ruleIndex: RULES.findIndex(({ id }) => id === note.code),
      ...KIND_AND_LEVEL[severityOf(note)],
      message: { text: note.message },
      locations: [locationOf(note)],
      partialFingerprints: { [FINGERPRINT]: fingerprint([note.path, note.code, `${number}`]) },
    }
  })
}

function toNotification({ path, line, message }: Unparsed): Notification {
  return {
    level: 'warning',
    message: { text: `The file was not searched: ${message}` },
    locations: [locationOf({ path, line })],
  }
}
