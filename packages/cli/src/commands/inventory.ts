import { takeInventory } from '../migrate/take-inventory.ts'
import type { Inventory } from '../report/finding.ts'
import { formatInventoryPage } from '../report/inventory-page.ts'
import { toSarif } from '../report/sarif.ts'
import { openRepository } from '../repository.ts'
import type { World } from '../world.ts'
import { PAGE } from './page.ts'
import { placeIn } from './place-in.ts'
import { printFindings } from './print-findings.ts'
import { readIfThere } from './read-if-there.ts'
import { writeChanges } from './write-changes.ts'

export interface InventoryOptions {
  readonly root: string | undefined
  readonly write: boolean
  readonly format: 'text' | 'json' | 'sarif'
  /** Where the page is, relative to the root. */
  readonly page: string | undefined
}

/** Prints every site of a repository, and keeps the page about them when it is asked to write. */
export async function inventory(world: World, options: InventoryOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const path = placeIn(root, '--page', options.page ?? PAGE)
  const found = takeInventory(project, scan)
  if (options.write) {
    const isNew = await writePage(world, root, path, found)
    world.err(isNew ? `Wrote ${path}.\n` : `${path} is current.\n`)
  }
  if (options.format === 'json') world.out(`${JSON.stringify(found, null, 2)}\n`)
  else if (options.format === 'sarif') {
    world.out(`${JSON.stringify(toSarif(found, world.version), null, 2)}\n`)
  } else printFindings(world, found)
  return 0
}

/** Brings the page to what the code is now; says whether that changed it. */
export async function writePage(
  world: World,
  root: string,
  path: string,
  found: Inventory,
): Promise<boolean> {
  const before = readIfThere(root, path)
  const after = formatInventoryPage(found, before)
  if (after === before) return false
  // What people wrote on the page is kept, so that git need not have it.
  await writeChanges(world, root, [{ path, before, after, edits: [] }], { allowDirty: true })
  return true
}
