import { lifetimeOf, type FoundSite, type Verdict } from '@oneprisma/sites'
import type { SiteRecord } from '../report/finding.ts'
import type { ScannedModule } from '../scan/scan.ts'
import { columnOf, lineOf } from '../text/lines.ts'

/** A site as it is reported. */
export function siteRecord(
  { path, text, context }: ScannedModule,
  site: FoundSite,
  { decision, reason }: Verdict,
): SiteRecord {
  return {
    path,
    line: lineOf(text, site.offset),
    column: columnOf(text, site.offset),
    kind: site.kind,
    context: reason === 'SHARED_MODULE' || reason === 'ALREADY_SHARED' ? 'shared-module' : context,
    lifetime: lifetimeOf(site, context),
    decision,
    reason,
    binding: site.made.binding,
    importSource: site.made.source,
  }
}
