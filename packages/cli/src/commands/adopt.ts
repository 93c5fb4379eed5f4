import type { ReasonCode } from '@oneprisma/sites'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { assertClean } from '../git.ts'
import type { Migration } from '../migrate/migration.ts'
import { planAdoption } from '../migrate/plan-init.ts'
import { takeInventory } from '../migrate/take-inventory.ts'
import type { SiteRecord } from '../report/finding.ts'
import { formatInventoryPage } from '../report/inventory-page.ts'
import { plural } from '../report/plural.ts'
import { reasonOf } from '../report/reasons.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { openRepository } from '../repository.ts'
import { holdSignals } from '../write/hold-signals.ts'
import { writeFiles } from '../write/write-files.ts'
import type { World } from '../world.ts'
import { ACCEPTABLE } from './accepted-reasons.ts'
import { guideOf, type Guide } from './guide.ts'
import { PAGE } from './page.ts'
import { paintOf, printFindings } from './print-findings.ts'

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
  const { root, project, scan } = await openRepository(world, options.root)
  const asked = new Set(options.accept)
  let plan = planAdoption(project, scan, { accept: asked })
  guide.say(summaryOf(plan))
  for (const reason of ACCEPTABLE) {
    if (asked.has(reason) || options.yes || !world.canAsk) continue
    const count = acceptedBy(reason)
    if (count === 0) continue
    const question = `${plural(count, 'more client')} can go, whose options the shared one has too (${reason}). Take them?`
    if (await guide.ask(question)) asked.add(reason)
  }
  plan = planAdoption(project, scan, { accept: asked })
  if (plan.files.length === 0) {
    printFindings(world, plan)
    guide.end('There is nothing to change. Next: `oneprisma check` in CI.')
    return 0
  }
  world.out(unifiedDiff(plan.files, paintOf(world)))
  const count = plural(plan.files.length, 'file')
  if (!options.yes && !(world.canAsk && (await guide.ask(`Write ${count}?`)))) {
    printFindings(world, plan)
    guide.end('Nothing was written. Next: `oneprisma adopt --yes`, or `oneprisma migrate --write`.')
    return 0
  }
  if (!options.allowDirty) {
    assertClean(root, plan.files.flatMap(({ path, before }) => (before === undefined ? [] : [path])))
  }
  await holdSignals(() => writeFiles(root, plan.files))
  guide.say(`Wrote ${count}.`)
  const isInstalled = await install(guide, root, plan, options, project.packageManager)
  await writePage()
  finish(world, guide, plan, isInstalled, project.packageManager)
  return 0

  function acceptedBy(reason: ReasonCode): number {
    const taken = planAdoption(project, scan, { accept: new Set([...asked, reason]) })
    return rewritten(taken).length - rewritten(plan).length
  }

  async function writePage(): Promise<void> {
    const now = await openRepository(world, options.root)
    const found = takeInventory(now.project, now.scan)
    const file = join(root, PAGE)
    const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    const after = formatInventoryPage(found, before)
    if (after === before) return
    await holdSignals(() => writeFiles(root, [{ path: PAGE, before, after, edits: [] }]))
    guide.say(`Wrote ${PAGE}.`)
  }
}

function rewritten({ sites }: Migration): readonly SiteRecord[] {
  return sites.filter(({ decision }) => decision === 'rewrite')
}

function summaryOf(plan: Migration): string {
  const { sites, unparsed, targets } = plan
  const count = (decision: SiteRecord['decision']): number =>
    sites.filter((site) => site.decision === decision).length
  return [
    `${plural(sites.length, 'place')} with PrismaClient: ${count('rewrite')} to rewrite, ${count('keep')} to keep, ${count('review')} to review.`,
    ...targets.map(({ path, exists }) => `${exists ? 'The shared module is' : 'A shared module will be'} ${path}.`),
    ...(unparsed.length > 0 ? [`${plural(unparsed.length, 'file')} could not be read as a program.`] : []),
  ].join('\n')
}

const INSTALL = { npm: ['install'], pnpm: ['install'], yarn: ['install'], bun: ['install'] } as const

/** Installs what package.json names now; says so where that is left to the user, or fails. */
async function install(
  guide: Guide,
  root: string,
  { dependencies }: Migration,
  options: AdoptOptions,
  packageManager: keyof typeof INSTALL,
): Promise<boolean> {
  if (dependencies.length === 0) return true
  if (!options.install) return false
  const command = `${packageManager} ${INSTALL[packageManager].join(' ')}`
  if (!options.yes && !(await guide.ask(`Run \`${command}\`?`))) return false
  try {
    await guide.during(`Running \`${command}\``, () =>
      promisify(execFile)(packageManager, [...INSTALL[packageManager]], { cwd: root, timeout: 600_000 }),
    )
    return true
  } catch (error) {
    guide.say(`\`${command}\` failed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    return false
  }
}

function finish(
  world: World,
  guide: Guide,
  plan: Migration,
  isInstalled: boolean,
  packageManager: string,
): void {
  const reviews = plan.sites.filter(({ decision }) => decision === 'review')
  if (reviews.length > 0 || plan.notes.length > 0 || plan.unparsed.length > 0) {
    guide.say('Left for you to look at:')
    printFindings(world, { sites: reviews, notes: plan.notes, unparsed: plan.unparsed })
    for (const reason of new Set(reviews.map((site) => site.reason))) {
      guide.say(`${reason}: ${reasonOf(reason).remedy}`)
    }
  }
  const next = isInstalled ? 'oneprisma check' : `${packageManager} install`
  guide.end(
    `${plural(rewritten(plan).length, 'client')} moved to the shared one. Look at \`git diff\`, run your tests, and commit. Next: \`${next}\`.`,
  )
}
