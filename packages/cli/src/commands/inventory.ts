import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { takeInventory } from '../migrate/take-inventory.ts'
import { formatInventoryPage } from '../report/inventory-page.ts'
import { toSarif } from '../report/sarif.ts'
import { openRepository } from '../repository.ts'
import { writeFiles } from '../write/write-files.ts'
import { holdSignals } from '../write/hold-signals.ts'
import type { World } from '../world.ts'
import { printFindings } from './print-findings.ts'
import { PAGE } from './page.ts'

export interface InventoryOptions {
  readonly root: string | undefined
  readonly write: boolean
  readonly json: boolean
  readonly sarif: boolean
  /** Where the page is, relative to the root. */
  readonly page: string | undefined
}

/** Prints every site of a repository, and keeps the page about them when it is asked to write. */
export async function inventory(world: World, options: InventoryOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const found = takeInventory(project, scan)
  if (options.json) world.out(`${JSON.stringify(found, null, 2)}\n`)
  else if (options.sarif) world.out(`${JSON.stringify(toSarif(found, world.version), null, 2)}\n`)
  else printFindings(world, found)
  if (options.write) {
    const path = options.page ?? PAGE
    const file = join(root, path)
    const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    const after = formatInventoryPage(found, before)
    if (after !== before) {
      await holdSignals(() => writeFiles(root, [{ path, before, after, edits: [] }]))
    }
    world.err(after === before ? `${path} is current.\n` : `Wrote ${path}.\n`)
  }
  return 0
}
