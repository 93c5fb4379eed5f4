import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { takeInventory } from '../migrate/take-inventory.ts'
import { BASELINE_FILE, compareWithBaseline, nextBaseline, staleNotes, type Baseline } from '../report/baseline.ts'
import { formatBaseline, parseBaseline } from '../report/baseline-file.ts'
import type { Findings, Inventory, Note } from '../report/finding.ts'
import { toGitHubAnnotations } from '../report/github-annotations.ts'
import { isPageCurrent } from '../report/inventory-page.ts'
import { toSarif } from '../report/sarif.ts'
import { openRepository } from '../repository.ts'
import { holdSignals } from '../write/hold-signals.ts'
import { writeFiles } from '../write/write-files.ts'
import type { World } from '../world.ts'
import { PAGE } from './page.ts'
import { printFindings } from './print-findings.ts'

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
  const path = options.baseline ?? BASELINE_FILE
  const text = readIfThere(join(root, path))
  const known = text === undefined ? undefined : parseBaseline(text)
  if (options.writeBaseline) {
    const after = formatBaseline(nextBaseline(found.sites, known))
    if (after !== text) await holdSignals(() => writeFiles(root, [{ path, before: text, after, edits: [] }]))
    world.err(`Wrote ${path}.\n`)
    return 0
  }
  const failing = failingOf(found, known, path, pageNotes(found, root, options.page ?? PAGE))
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

/** A page that is there has to be current; a repository without one is none the worse. */
function pageNotes(found: Inventory, root: string, path: string): readonly Note[] {
  const page = readIfThere(join(root, path))
  if (page === undefined || isPageCurrent(found, page)) return []
  const message = `This page does not tell what the code does now. Run \`oneprisma inventory --write\`.`
  return [{ code: 'INVENTORY_STALE', path, line: 1, column: 1, message }]
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

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
