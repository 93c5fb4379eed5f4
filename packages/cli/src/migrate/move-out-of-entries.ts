import { decide, keepsRunning, type Verdict } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { DecidedSite, Scan, ScannedModule } from '../scan/scan.ts'

/**
 * A module that starts a server and exports its client as well is no shared module for others:
 * whoever imports it starts the server. Where others of its package need a client, its own becomes
 * a copy that it exports as before.
 */
export function moveOutOfEntries(scan: Scan, project: Project): Scan {
  const folderOf = ({ path }: ScannedModule): string => project.packageOf(path).folder
  const needing = new Set(scan.modules.filter(isRewritten).map(folderOf))
  const modules = scan.modules.map((module) =>
    needing.has(folderOf(module)) && keepsRunning(module.text) ? asCopy(module, scan) : module,
  )
  return { ...scan, modules }
}

function isRewritten({ sites }: ScannedModule): boolean {
  return sites.some(({ verdict }) => verdict.decision === 'rewrite')
}

function asCopy(module: ScannedModule, scan: Scan): ScannedModule {
  const facts = {
    context: module.context,
    isImported: module.importers.size > 0,
    mainClient: scan.mainClient(module.path),
    canShare: false,
  }
  const verdicts = module.sites.map(({ site, verdict }): Verdict =>
    verdict.reason === 'SHARED_MODULE' ? decide(site, module.analysis, facts) : verdict,
  )
  // What cannot be moved is better left as the shared module that it is.
  const isMovable = verdicts.every(({ decision }) => decision !== 'review')
  if (!isMovable) return module
  const sites = module.sites.map(({ site }, index): DecidedSite => ({
    site,
    verdict: verdicts[index] ?? KEPT,
  }))
  return { ...module, sites }
}

const KEPT: Verdict = { decision: 'keep', reason: 'SHARED_MODULE' }
