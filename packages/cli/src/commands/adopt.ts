import type { ReasonCode } from '@oneprisma/sites'
import type { Migration } from '../migrate/migration.ts'
import { planAdoption } from '../migrate/plan-init.ts'
import { takeInventory } from '../migrate/take-inventory.ts'
import type { Inventory, SiteRecord } from '../report/finding.ts'
import { formatInventoryPage } from '../report/inventory-page.ts'
import { plural } from '../report/plural.ts'
import { reasonOf } from '../report/reasons.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { openRepository, type OpenedRepository } from '../repository.ts'
import type { World } from '../world.ts'
import { ACCEPTABLE } from './accepted-reasons.ts'
import { guideOf, type Guide } from './guide.ts'
import { install } from './install.ts'
import { writePage } from './inventory.ts'
import { movedNotes } from './moved-notes.ts'
import { PAGE } from './page.ts'
import { paintOf, printFindings } from './print-findings.ts'
import { readIfThere } from './read-if-there.ts'
import { assertRecoverable, writeChanges } from './write-changes.ts'

export interface AdoptOptions {
  readonly root: string | undefined
  /** Does it without asking. */
  readonly yes: boolean
  readonly allowDirty: boolean
  readonly install: boolean
  readonly accept: ReadonlySet<ReasonCode>
}

/**
 * Walks a person through all of it: what there is, the shared module, the migration, the inventory;
 * and ends with what was done, what is left to review, and the next command. Where nobody can be
 * asked it shows what it would do, and does it only with `yes`.
 */
export async function adopt(world: World, options: AdoptOptions): Promise<number> {
  const guide = guideOf(world)
  guide.start('oneprisma: one PrismaClient for all of this repository')
  const repository = await openRepository(world, options.root)
  const accept = await askWhatToAccept(world, guide, repository, options)
  const { root, project, scan } = repository
  const plan = planAdoption(project, scan, { accept })
  const ask = async (question: string, soFar: string): Promise<boolean> =>
    options.yes || guide.ask(question, soFar)

  if (plan.files.length > 0) {
    world.out(unifiedDiff(plan.files, paintOf(world)))
    const isWanted = options.yes || world.canAsk
    if (isWanted && !options.allowDirty) assertRecoverable(world, root, plan.files)
    const count = plural(plan.files.length, 'file')
    if (!(await ask(`Write ${count}?`, 'Nothing was written.'))) {
      printFindings(world, plan)
      guide.end(
        'Nothing was written. Next: `oneprisma adopt --yes`, or `oneprisma migrate --write`.',
      )
      return 0
    }
    await writeChanges(world, root, plan.files, { allowDirty: true })
    guide.say(`Wrote ${count}.`)
  }
  const found = await lookAgain(world, repository, plan)
  if (
    isPageStale(root, found) &&
    (plan.files.length > 0 || (await ask(PAGE_QUESTION, 'Nothing was written.')))
  ) {
    await writePage(world, root, PAGE, found)
    guide.say(`Wrote ${PAGE}.`)
  }
  const isInstalled = await installWhatIsNew(guide, repository, plan, options, ask)
  printWhatIsLeft(world, guide, plan, found)
  const next = isInstalled ? 'oneprisma check' : `${project.packageManager} install`
  guide.end(`${whatWasDone(plan)} Next: \`${next}\`.`)
  return 0
}

const PAGE_QUESTION = `Write the inventory to ${PAGE}?`

async function askWhatToAccept(
  world: World,
  guide: Guide,
  { project, scan }: OpenedRepository,
  { accept, yes }: AdoptOptions,
): Promise<ReadonlySet<ReasonCode>> {
  const accepted = new Set(accept)
  const plan = planAdoption(project, scan, { accept })
  guide.say(summaryOf(plan))
  if (yes || !world.canAsk) return accepted
  for (const reason of ACCEPTABLE) {
    if (accepted.has(reason)) continue
    const wider = planAdoption(project, scan, { accept: new Set([...accepted, reason]) })
    const count = rewritten(wider) - rewritten(planAdoption(project, scan, { accept: accepted }))
    if (count <= 0) continue
    const question = `${plural(count, 'more client')} can go, whose options the shared one has too (${reason}). Take them?`
    if (await guide.ask(question, 'Nothing was written.')) accepted.add(reason)
  }
  return accepted
}

function rewritten({ sites }: Migration): number {
  return sites.filter(({ decision }) => decision === 'rewrite').length
}

function summaryOf(plan: Migration): string {
  const { sites, unparsed, targets } = plan
  const count = (decision: SiteRecord['decision']): number =>
    sites.filter((site) => site.decision === decision).length
  return [
    `${plural(sites.length, 'place')} with PrismaClient: ${count('rewrite')} to rewrite, ${count('keep')} to keep, ${count('review')} to review.`,
    ...targets.map(({ path, exists }) =>
      exists ? `The shared module is ${path}.` : `A shared module will be ${path}.`,
    ),
    ...(unparsed.length > 0
      ? [`${plural(unparsed.length, 'file')} could not be read as a program.`]
      : []),
  ].join('\n')
}

/** The inventory as it is after the migration. */
async function lookAgain(
  world: World,
  { root, project, scan }: OpenedRepository,
  { files }: Migration,
): Promise<Inventory> {
  if (files.length === 0) return takeInventory(project, scan)
  const now = await openRepository(world, root)
  return takeInventory(now.project, now.scan)
}

function isPageStale(root: string, found: Inventory): boolean {
  const page = readIfThere(root, PAGE)
  return formatInventoryPage(found, page) !== page
}

async function installWhatIsNew(
  guide: Guide,
  { root, project: { packageManager } }: OpenedRepository,
  { files, dependencies }: Migration,
  options: AdoptOptions,
  ask: Guide['ask'],
): Promise<boolean> {
  if (files.length === 0 || dependencies.length === 0) return true
  const command = `${packageManager} install`
  if (!options.install || !(await ask(`Run \`${command}\`?`, 'All files are written.')))
    return false
  guide.say(`Running \`${command}\` ...`)
  const isDone = await install(packageManager, root)
  if (!isDone) guide.say(`\`${command}\` did not succeed.`)
  return isDone
}

function printWhatIsLeft(world: World, guide: Guide, plan: Migration, found: Inventory): void {
  const sites = found.sites.filter(({ decision }) => decision === 'review')
  const notes = movedNotes(plan.notes, plan.files)
  const { unparsed } = found
  if (sites.length + notes.length + unparsed.length === 0) return
  guide.say('Left for you to look at:')
  printFindings(world, { sites, notes, unparsed })
  for (const reason of new Set(sites.map((site) => site.reason))) {
    guide.say(`${reason}: ${reasonOf(reason).remedy}`)
  }
}

function whatWasDone(plan: Migration): string {
  if (plan.files.length === 0) return 'There is nothing to change.'
  const count = rewritten(plan)
  return `${plural(count, 'client')} moved to the shared one. Look at \`git diff\`, run your tests, and commit.`
}
