import { groupBy } from '../../report/group-by.ts'
import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { countBy } from './count-by.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { processNameOf, programOf } from './process-name.ts'
import type { ServerClient } from './read-clients.ts'
import { inCode, listed, shownAge, shownName } from './shown.ts'

const MOST_SHOWN = 4
const MOST_TOLD = 10

/** Says who holds the connections right now: by program, role, address and state. */
export async function checkHolders(context: LiveContext): Promise<DoctorFinding[]> {
  const { clients, hidden } = await context.clients()
  if (clients.length === 0) return []
  const groups = [
    ...groupBy(clients, ({ application, role }) => JSON.stringify([programOf(application), role])),
  ]
    .map(([, group]) => group)
    .toSorted((one, other) => other.length - one.length)
  const ages = clients.flatMap(({ ageMs }) => ageMs ?? [])
  const oldest = ages.length > 0 ? Math.max(...ages) : undefined
  return [
    found('CONNECTION_HOLDERS', {
      message: `${plural(clients.length, 'connection')} ${clients.length === 1 ? 'is' : 'are'} open: ${listed(groups.map(shownHolder), MOST_SHOWN)}.${oldest === undefined ? '' : ` The oldest is ${shownAge(oldest)} old.`}`,
      evidence: {
        connections: clients.length,
        programs: groups.length,
        hidden,
        ...(oldest !== undefined && { oldestMs: Math.round(oldest) }),
        ...Object.fromEntries(groups.slice(0, MOST_TOLD).map(evidenceOf)),
      },
      change:
        'Nothing has to be changed. Who holds more than it should is one to look at: `oneprisma budget` tells what each may have.',
    }),
  ]
}

function shownHolder(group: readonly ServerClient[]): string {
  const [first] = group
  if (first === undefined) return ''
  const { application, role } = first
  const processes = new Set(group.map(processOf)).size
  const name =
    application === '' ? `without a name (role ${inCode(role)})` : inCode(programOf(application))
  const of = processes > 1 ? ` of ${processes} processes` : ''
  return `${name} ${group.length}${of} (${statesOf(group)})`
}

function statesOf(group: readonly ServerClient[]): string {
  return countBy(group, ({ state }) => state ?? 'not visible')
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')
}

function processOf({ application, address }: ServerClient): string {
  return JSON.stringify([address, processNameOf(application)?.process])
}

function evidenceOf(group: readonly ServerClient[], index: number): readonly [string, string] {
  const [first] = group
  const name = programOf(first?.application ?? '') || '(no name)'
  const addresses = countBy(group, ({ address }) => address || 'local')
    .slice(0, 3)
    .map(([address]) => address)
  return [
    `holder${index + 1}`,
    `${shownName(name)} / ${shownName(first?.role ?? '')} / ${addresses.join(' ')}: ${group.length} (${statesOf(group)})`,
  ]
}
