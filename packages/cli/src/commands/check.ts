import { takeInventory } from '../migrate/take-inventory.ts'
import {
  BASELINE_FILE,
  compareWithBaseline,
  nextBaseline,
  staleNotes,
  type Baseline,
} from '../report/baseline.ts'
import { formatBaseline, parseBaseline } from '../report/baseline-file.ts'
import type { Findings, Inventory, Note } from '../report/finding.ts'
import { toGitHubAnnotations } from '../report/github-annotations.ts'
import { isPageCurrent } from '../report/inventory-page.ts'
import { ReportError } from '../report/report-error.ts'
import { toSarif } from '../report/sarif.ts'
import { CliError } from '../errors.ts'
import { openRepository } from '../repository.ts'
import type { World } from '../world.ts'
import { PAGE } from './page.ts'
import { placeIn } from './place-in.ts'
import { printFindings } from './print-findings.ts'
import { readIfThere } from './read-if-there.ts'
import { writeChanges } from './write-changes.ts'

export interface CheckOptions {
  readonly root: string | undefined
  readonly format: 'text' | 'json' | 'sarif' | 'github'
  readonly page: string | undefined
  readonly baseline: string | undefined
  readonly writeBaseline: boolean
}

/** For CI: 1 where there is a site that is neither kept nor known, or where a page or baseline is stale. */
export async function check(world: World, options: CheckOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const found = takeInventory(project, scan)
  const path = placeIn(root, '--baseline', options.baseline ?? BASELINE_FILE)
  const text = readIfThere(root, path)
  const known = text === undefined ? undefined : parseBaseline(text)
  if (options.writeBaseline) {
    const after = formatBaseline(nextBaseline(found.sites, known))
    const changes = after === text ? [] : [{ path, before: text, after, edits: [] }]
    await writeChanges(world, root, changes, { allowDirty: true })
    world.err(changes.length === 0 ? `${path} is current.\n` : `Wrote ${path}.\n`)
    return 0
  }
  if (known === undefined && options.baseline !== undefined) {
    throw new CliError(
      'USAGE',
      `There is no baseline "${path}". Write it with --write-baseline, or leave out --baseline.`,
    )
  }
  const failing = failingOf(found, known, path, pageNotes(found, root, options.page))
  report(world, { ...found, ...failing }, options.format)
  return failing.sites.length + failing.notes.length > 0 ? 1 : 0
}

function failingOf(
  { sites, unparsed }: Inventory,
  baseline: Baseline | undefined,
  path: string,
  pages: readonly Note[],
): Findings {
  const open = sites.filter(({ decision }) => decision !== 'keep')
  if (baseline === undefined) return { sites: open, notes: pages, unparsed }
  const { new: added, gone } = compareWithBaseline(sites, baseline)
  return { sites: added, notes: [...pages, ...staleNotes(gone, path)], unparsed }
}

/** A page that is there, or that was asked for, has to be current; no repository has to have one. */
function pageNotes(found: Inventory, root: string, given: string | undefined): readonly Note[] {
  const path = placeIn(root, '--page', given ?? PAGE)
  const page = readIfThere(root, path)
  const place = { path, line: 1, column: 1 }
  const write = `Run \`oneprisma inventory --write${given === undefined ? '' : ` --page ${path}`}\` and commit the page.`
  if (page === undefined) {
    if (given === undefined) return []
    return [{ code: 'INVENTORY_STALE', ...place, message: `There is no such page. ${write}` }]
  }
  try {
    if (isPageCurrent(found, page)) return []
  } catch (error) {
    if (!(error instanceof ReportError)) throw error
    return [{ code: error.code, ...place, line: error.line ?? 1, message: error.message }]
  }
  const message = `This page does not tell what the code does now. ${write}`
  return [{ code: 'INVENTORY_STALE', ...place, message }]
}

function report(world: World, findings: Inventory, format: CheckOptions['format']): void {
  switch (format) {
    case 'json':
      return world.out(`${JSON.stringify(findings, null, 2)}\n`)
    case 'sarif':
      return world.out(`${JSON.stringify(toSarif(findings, world.version), null, 2)}\n`)
    case 'github':
      return world.out(toGitHubAnnotations(findings))
    case 'text':
      return printFindings(world, findings)
  }
}
