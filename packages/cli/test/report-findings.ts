import type { Inventory, SiteRecord } from '../src/report/finding.ts'

/** A site of which a test says only what matters to it. */
export function siteAt(path: string, line: number, members: Partial<SiteRecord> = {}): SiteRecord {
  return {
    path,
    line,
    column: 16,
    kind: 'new',
    context: 'api-route',
    lifetime: 'process',
    decision: 'rewrite',
    reason: 'MODULE_CLIENT',
    binding: 'named',
    importSource: '@prisma/client',
    ...members,
  }
}

export function inventoryOf(
  sites: readonly SiteRecord[],
  members: Partial<Inventory> = {},
): Inventory {
  return { root: '/home/someone/shop', sites, notes: [], unparsed: [], ...members }
}
