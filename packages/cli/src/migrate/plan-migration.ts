import type { FoundSite, ReasonCode, Verdict } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Note, SiteRecord } from '../report/finding.ts'
import { comparePlaces } from '../report/site-order.ts'
import { moduleNotes } from '../scan/module-notes.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { acceptedSites, type Accepted } from './accept.ts'
import { canLoad } from './can-load.ts'
import { bindingStatement } from './binding-statement.ts'
import { columnOf, lineOf } from '../text/lines.ts'
import { envLoadedLater } from './env-loaded-later.ts'
import { missingDependencies } from './missing-dependencies.ts'
import { migrateModule } from './migrate-module.ts'
import type { FileChange, Migration } from './migration.ts'
import { moveOutOfEntries } from './move-out-of-entries.ts'
import { siteRecord } from './site-record.ts'
import { isMadeElsewhere } from './made-elsewhere.ts'
import { targetFor, type PackageTarget } from './targets.ts'

export interface MigrateOptions {
  /** Reasons for a review that the user has looked at and takes, where nothing gets lost. */
  readonly accept: ReadonlySet<ReasonCode>
  /**
   * Paths of shared modules that call `sharePrisma` once all is written.
   *
   * @default those that do so now
   */
  readonly upgraded?: readonly string[]
}

/** Works out what a migration of a repository does. Nothing is written. */
export function planMigration(project: Project, scanned: Scan, options: MigrateOptions): Migration {
  const scan = moveOutOfEntries(scanned, project)
  const verdicts = new Map<FoundSite, Verdict>()
  const notes: Note[] = []
  const changes: FileChange[] = []
  const targets = new Map<string, PackageTarget & { readonly type: 'target' }>()

  for (const [folder, members] of byPackage(scan, project)) {
    const accepted = acceptedSites(members, project, options.accept)
    const importers = members.filter((module) => sitesOf(module, accepted).length > 0)
    if (importers.length === 0) continue
    const found = isMadeElsewhere(importers, scan, project)
      ? { type: 'ambiguous' as const, notes: [] }
      : targetFor(
          scan,
          project,
          folder,
          needing(importers, accepted).map(({ path }) => path),
          requiringOf(importers, accepted),
          accepted.carry,
        )
    if (found.type === 'ambiguous') {
      notes.push(...found.notes)
      for (const module of importers) {
        for (const site of sitesOf(module, accepted)) verdicts.set(site, review('TARGET_AMBIGUOUS'))
      }
      continue
    }
    const isImported = importers.map((module) => migrate(module, found, accepted)).includes(true)
    if (!isImported) continue
    targets.set(found.target.path, found)
    if (found.plan !== undefined) {
      notes.push(...found.plan.notes)
      const { path } = found.target
      changes.push({ path, before: undefined, after: found.plan.text, edits: [] })
    }
  }
  for (const module of scan.modules) notes.push(...moduleNotes(module))
  return {
    root: project.root,
    sites: recordsOf(scan, verdicts),
    notes: [...notes, ...problemNotes(project)].toSorted(comparePlaces),
    unparsed: scan.unparsed,
    files: changes.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    targets: [...targets.values()].map(({ target }) => target),
    dependencies: missingDependencies(project, [...targets.values()], changes),
  }

  /** Returns whether the module imports the shared client afterwards. */
  function migrate(
    module: ScannedModule,
    { target, module: shared }: PackageTarget & { readonly type: 'target' },
    accepted: Accepted,
  ): boolean {
    const sites = accepted.fitting(module, sitesOf(module, accepted), shared)
    if (sites.length === 0) return false
    if (module.path === target.path) {
      for (const site of sites) verdicts.set(site, { decision: 'keep', reason: 'SHARED_MODULE' })
      return false
    }
    if (shared !== undefined && !canLoad(module, shared, project)) {
      for (const site of sites) verdicts.set(site, review('TARGET_UNREACHABLE'))
      return false
    }
    const migrated = migrateModule(scan, project, module, sites, target, accepted.droppable)
    if (!migrated.ok) {
      for (const site of sites) verdicts.set(site, review(migrated.reason))
      return false
    }
    for (const site of sites) {
      const own = module.sites.find((one) => one.site === site)?.verdict
      if (own?.decision === 'review')
        verdicts.set(site, { decision: 'rewrite', reason: own.reason })
    }
    const { after, edits } = migrated
    changes.push({ path: module.path, before: module.text, after, edits })
    const isLazy = target.isLazy || options.upgraded?.includes(target.path) === true
    const late = isLazy ? [] : envLoadedLater(module.analysis, sites)
    notes.push(
      ...[...migrated.notes, ...late].map(({ code, offset, message }) => ({
        code,
        path: module.path,
        line: lineOf(module.text, offset),
        column: columnOf(module.text, offset),
        message,
      })),
    )
    return migrated.isImporting
  }
}

function review(reason: Verdict['reason']): Verdict {
  return { decision: 'review', reason }
}

function byPackage(scan: Scan, project: Project): Map<string, ScannedModule[]> {
  const packages = new Map<string, ScannedModule[]>()
  for (const module of scan.modules) {
    const { folder } = project.packageOf(module.path)
    const members = packages.get(folder) ?? []
    packages.set(folder, [...members, module])
  }
  return packages
}

/** The modules that will import the shared client: where every client is unused, it only goes. */
function needing(
  importers: readonly ScannedModule[],
  accepted: Accepted,
): readonly ScannedModule[] {
  const found = importers.filter(({ sites }) =>
    sites.some(
      ({ site, verdict: { decision, reason } }) =>
        accepted.sites.has(site) || (decision === 'rewrite' && reason !== 'UNUSED_CLIENT'),
    ),
  )
  return found.length > 0 ? found : importers
}

/** The sites of a module that are to be rewritten, or would be if they fit. */
function sitesOf(module: ScannedModule, accepted: Accepted): readonly FoundSite[] {
  return module.sites.flatMap(({ site, verdict }) =>
    verdict.decision === 'rewrite' || accepted.sites.has(site) ? [site] : [],
  )
}

/** The paths of the modules that will `require` the shared client. */
function requiringOf(importers: readonly ScannedModule[], accepted: Accepted): readonly string[] {
  return importers.flatMap((module) => {
    const forms = sitesOf(module, accepted).map((site) => bindingStatement(site, module.analysis))
    return forms.some((statement) => statement?.form === 'require') ? [module.path] : []
  })
}

function recordsOf(scan: Scan, verdicts: ReadonlyMap<FoundSite, Verdict>): SiteRecord[] {
  return scan.modules
    .flatMap((module) =>
      module.sites.map(({ site, verdict }) =>
        siteRecord(module, site, verdicts.get(site) ?? verdict),
      ),
    )
    .toSorted(comparePlaces)
}

function problemNotes({ problems }: Project): Note[] {
  return problems.map(({ code, path, message }) => ({ code, path, line: 1, column: 1, message }))
}
