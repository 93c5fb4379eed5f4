import type { SiteRecord } from './finding.ts'

/** Something that stands at a place in a file. */
interface Placed {
  readonly path: string
  readonly line: number
  readonly column?: number
}

/** Orders by path, then by place. Paths are compared by code unit, as no locale changes that. */
export function comparePlaces(a: Placed, b: Placed): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0)
}

/**
 * Numbers the sites of one kind in each file, from 1 on, in the order of their places. Path, kind
 * and number name a site in a way that lines added above it do not change.
 */
export function numberSites(sites: readonly SiteRecord[]): ReadonlyMap<SiteRecord, number> {
  const counts = new Map<string, number>()
  const numbers = new Map<SiteRecord, number>()
  for (const site of sites.toSorted(comparePlaces)) {
    const key = `${site.path}\0${site.kind}`
    const number = (counts.get(key) ?? 0) + 1
    counts.set(key, number)
    numbers.set(site, number)
  }
  return numbers
}
