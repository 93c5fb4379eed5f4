import type { Decision, SiteContext } from '@oneprisma/sites'
import { countClients } from './client-count.ts'
import type { SiteRecord } from './finding.ts'
import { formatTable } from './markdown-table.ts'
import { plural } from './plural.ts'

/** The head of the inventory page: how many sites and clients there are, and where. */
export function formatSummary(sites: readonly SiteRecord[]): readonly string[] {
  const contexts = [...new Set(sites.map(({ context }) => context))].toSorted()
  const rows = contexts.map((context) => countRow(context, sites))
  return [
    '## Summary',
    '',
    describeClients(sites),
    '',
    ...formatTable(['Context', ...DECISIONS, 'all'], [...rows, countRow('all', sites)]),
    '',
  ]
}

const DECISIONS: readonly Decision[] = ['rewrite', 'review', 'keep']

function countRow(context: SiteContext | 'all', sites: readonly SiteRecord[]): readonly string[] {
  const there = sites.filter((site) => context === 'all' || site.context === context)
  const counts = DECISIONS.map((decision) => there.filter((site) => site.decision === decision))
  return [context, ...counts.map(({ length }) => `${length}`), `${there.length}`]
}

function describeClients(sites: readonly SiteRecord[]): string {
  const { perProcess, perCall, perObject, perRun } = countClients(sites)
  const unbounded = [
    ...(perCall > 0 ? [`one per call at ${plural(perCall, 'site')}`] : []),
    ...(perObject > 0 ? [`one per object at ${plural(perObject, 'site')}`] : []),
  ]
  return [
    `A process that loads all of these modules holds up to ${plural(perProcess, 'client')} for as long as it lives, each with a pool of its own; a framework that bundles each route apart multiplies that.`,
    ...(unbounded.length > 0 ? [`More are made without a bound: ${unbounded.join(' and ')}.`] : []),
    ...(perRun > 0 ? [`Scripts make ${plural(perRun, 'client')}, in processes of their own.`] : []),
  ].join(' ')
}
