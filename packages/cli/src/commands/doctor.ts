import { addedBy, readBudgetInput } from '../budget/budget-input.ts'
import { boundsInCode } from '../doctor/bounds-in-code.ts'
import type { CheckServerOptions } from '../doctor/check-server-options.ts'
import { readDatabaseUrls, type UrlFlags } from '../doctor/database-urls.ts'
import { toDoctorSarif } from '../doctor/doctor-sarif.ts'
import { examine } from '../doctor/examine.ts'
import type { DoctorFinding } from '../doctor/finding.ts'
import { formatDoctor } from '../doctor/format-doctor.ts'
import { inOrder } from '../doctor/in-order.ts'
import { largestPoolOf, namesStatements, serverFactsOf } from '../doctor/server-facts-of.ts'
import { readSubject, type Subject } from '../doctor/subject.ts'
import { CliError } from '../errors.ts'
import { plural } from '../report/plural.ts'
import type { Severity } from '../report/severity.ts'
import { openRepository } from '../repository.ts'
import type { World } from '../world.ts'
import { paintOf } from './print-findings.ts'

export interface DoctorOptions extends UrlFlags {
  readonly root: string | undefined
  readonly format: 'text' | 'json' | 'sarif'
  /** Whether the server is asked, too. */
  readonly live: boolean
  /** From which severity on findings end the command with 1. */
  readonly failOn: string
  readonly plan: PlanFlags
}

export interface PlanFlags {
  readonly instances: string | undefined
  readonly surge: string | undefined
  readonly processes: string | undefined
  readonly pools: string | undefined
}

/** Finds what will fail, hang or leak on the way to the database, and says what to change. */
export async function doctor(world: World, options: DoctorOptions): Promise<number> {
  const isFailing = failingFrom(options.failOn)
  const plan = planOf(options.plan)
  const opened = await openRepository(world, options.root)
  const subject = readSubject(opened, world.now())
  const findings = [
    ...examine(subject),
    ...(options.live ? await askServer(world, subject, options, plan) : []),
  ].toSorted(inOrder)
  report(world, opened.root, findings, options.format)
  const { length: unparsed } = opened.scan.unparsed
  if (unparsed > 0) {
    world.err(
      `${plural(unparsed, 'file')} could not be read as programs; \`oneprisma inventory\` lists them.\n`,
    )
  }
  return findings.some(({ severity }) => isFailing(severity)) ? 1 : 0
}

async function askServer(
  world: World,
  subject: Subject,
  flags: UrlFlags,
  plan: CheckServerOptions['plan'],
): Promise<readonly DoctorFinding[]> {
  const { variable, url, directUrl } = readDatabaseUrls(world, subject, flags)
  const poolMax = largestPoolOf(subject)
  world.err(`Asking the server that ${variable} names ...\n`)
  // Only this needs a driver.
  const { checkServer } = await import('../doctor/live/check-server.ts')
  return checkServer({
    url,
    ...(directUrl !== undefined && { directUrl }),
    ...(plan !== undefined && { plan }),
    ...(poolMax !== undefined && { poolMax }),
    facts: serverFactsOf(subject),
    namesStatements: namesStatements(subject),
    boundsInCode: boundsInCode(subject),
    now: world.now,
  })
}

/** How many pools there will be, where `--instances` says so. */
function planOf(flags: PlanFlags): CheckServerOptions['plan'] {
  if (flags.instances === undefined) {
    const [given] = Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    )
    if (given === undefined) return undefined
    throw new CliError('USAGE', `--${given} goes with --instances.`)
  }
  // The limit is asked of the server.
  const input = readBudgetInput({ ...flags, 'max-connections': '1' })
  const { instances, processes, pools } = input
  return { instances, processes, pools, surge: addedBy(input.surge, instances) }
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

function failingFrom(given: string): (severity: Severity) => boolean {
  if (given === 'never') return () => false
  const last = SEVERITIES.findIndex((severity) => severity === given)
  if (last === -1) throw new CliError('USAGE', '--fail-on is error, warning, info or never.')
  return (severity) => SEVERITIES.indexOf(severity) <= last
}

function report(
  world: World,
  root: string,
  findings: readonly DoctorFinding[],
  format: DoctorOptions['format'],
): void {
  switch (format) {
    case 'json':
      return world.out(`${JSON.stringify({ root, findings }, null, 2)}\n`)
    case 'sarif':
      return world.out(`${JSON.stringify(toDoctorSarif(findings, world.version), null, 2)}\n`)
    case 'text':
      return world.out(formatDoctor(findings, { paint: paintOf(world), width: world.columns }))
  }
}
