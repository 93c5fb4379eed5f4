import type { SiteKind } from '@oneprisma/sites'
import type { Note, SiteRecord } from './finding.ts'
import { groupBy } from './group-by.ts'
import { plural } from './plural.ts'
import { ReportError } from './report-error.ts'
import { comparePlaces } from './site-order.ts'

/** Sites of one kind in one file that are known and allowed for now. */
export interface BaselineEntry {
  readonly path: string
  readonly kind: SiteKind
  readonly reason: string
  /** How many there are, from 1. */
  readonly count: number
}

/** The sites that a repository had when it began to check; it only shrinks. */
export interface Baseline {
  readonly entries: readonly BaselineEntry[]
}

export const BASELINE_FILE = '.oneprisma-baseline.json'

export interface BaselineComparison {
  /** Sites that the baseline does not allow, of each group the last ones. */
  readonly new: readonly SiteRecord[]
  /** What the baseline allows and is not there, with how many of it. */
  readonly gone: readonly BaselineEntry[]
}

/** Compares the sites to rewrite or review with those that are known. Sites to keep are no debt. */
export function compareWithBaseline(
  sites: readonly SiteRecord[],
  baseline: Baseline,
): BaselineComparison {
  const groups = groupSites(sites)
  const known = new Map(baseline.entries.map((entry) => [keyOf(entry), entry.count]))
  return {
    new: [...groups]
      .flatMap(([key, group]) => group.slice(known.get(key) ?? 0))
      .toSorted(comparePlaces),
    gone: baseline.entries.flatMap((entry) => {
      const missing = entry.count - (groups.get(keyOf(entry))?.length ?? 0)
      return missing > 0 ? [{ ...entry, count: missing }] : []
    }),
  }
}

/** The baseline without what is gone. Nothing is added to it. */
export function shrink(baseline: Baseline, sites: readonly SiteRecord[]): Baseline {
  const groups = groupSites(sites)
  const entries = baseline.entries.flatMap((entry) => {
    const count = Math.min(entry.count, groups.get(keyOf(entry))?.length ?? 0)
    return count > 0 ? [{ ...entry, count }] : []
  })
  return { entries }
}

/**
 * The baseline to write: of all sites where there is none yet, else the old one without what is gone.
 *
 * @throws ReportError with the code `BASELINE_WOULD_GROW` where a site is not in the old one.
 */
export function nextBaseline(
  sites: readonly SiteRecord[],
  previous: Baseline | undefined,
): Baseline {
  if (previous === undefined) return { entries: [...groupSites(sites).values()].flatMap(toEntry) }
  const { new: added } = compareWithBaseline(sites, previous)
  if (added.length > 0) throw wouldGrow(added)
  return shrink(previous, sites)
}

/** What `check` says of sites that the baseline still allows and that are gone. */
export function staleNotes(gone: readonly BaselineEntry[], baselinePath: string): readonly Note[] {
  return gone.map(({ path, kind, reason, count }) => ({
    code: 'BASELINE_STALE',
    path: baselinePath,
    line: 1,
    column: 1,
    message: `The baseline allows ${plural(count, 'more site')} of \`${kind}\` with ${reason} in \`${path}\` than there are. Run \`oneprisma check --write-baseline\` and commit the file.`,
  }))
}

function groupSites(sites: readonly SiteRecord[]): Map<string, SiteRecord[]> {
  const debt = sites.filter(({ decision }) => decision !== 'keep').toSorted(comparePlaces)
  return groupBy(debt, keyOf)
}

function keyOf({ path, kind, reason }: BaselineEntry | SiteRecord): string {
  return [path, kind, reason].join('\0')
}

function toEntry(group: readonly SiteRecord[]): readonly BaselineEntry[] {
  return group
    .slice(0, 1)
    .map(({ path, kind, reason }) => ({ path, kind, reason, count: group.length }))
}

function wouldGrow(added: readonly SiteRecord[]): ReportError {
  const places = added.slice(0, 3).map(({ path, line }) => `${path}:${line}`)
  const more = added.length > places.length ? `, and ${added.length - places.length} more` : ''
  return new ReportError(
    'BASELINE_WOULD_GROW',
    `The baseline only shrinks, and ${plural(added.length, 'site')} would be new in it (${places.join(', ')}${more}). Use the shared client there; where a file has only moved, change its path in ${BASELINE_FILE} by hand.`,
  )
}
