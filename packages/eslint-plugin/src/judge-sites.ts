import { decide, lifetimeOf, type FoundSite, type Lifetime, type Verdict } from '@oneprisma/sites'
import type { AnalyzedFile } from './analyze-file.ts'
import { isSharedFile, MAIN_CLIENT } from './specifiers.ts'

/** A place that has to do with PrismaClient, and what is to become of it. */
export interface JudgedSite {
  readonly site: FoundSite
  readonly verdict: Verdict
  readonly lifetime: Lifetime
}

/** Judges the sites of a file as `oneprisma check` does, as far as one file alone tells. */
export function judgeSites({ analysis, context, settings }: AnalyzedFile): readonly JudgedSite[] {
  const isImported = isSharedFile(analysis.module.path, settings)
  const facts = { context, isImported, mainClient: MAIN_CLIENT }
  return analysis.sites.map((site) => ({
    site,
    verdict: decide(site, analysis, facts),
    lifetime: lifetimeOf(site, context),
  }))
}
