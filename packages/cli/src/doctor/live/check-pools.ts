import { groupBy } from '../../report/group-by.ts'
import type { DoctorFinding } from '../finding.ts'
import { countBy } from './count-by.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { processNameOf } from './process-name.ts'
import type { ServerClient } from './read-clients.ts'
import { inCode, listed, shownName } from './shown.ts'

// In a container, processes count from 1, and all containers of a machine may share its address:
// there, the same number is no sign of the same process.
const LOWEST_PROCESS = 100

/** Tells processes that have more than one pool, by the names that `pgPool()` gives. */
export async function checkPools(context: LiveContext): Promise<DoctorFinding[]> {
  // A pooler shows its own address for all, and lends a connection to one after another.
  if (context.app.isPooled) return []
  const { clients } = await context.clients()
  const suspects = [...groupBy(clients, processKey)].flatMap(([key, group]) =>
    key === '' ? [] : suspectOf(group, context.options.poolMax),
  )
  if (suspects.length === 0) return []
  return [
    found('SEVERAL_POOLS_IN_PROCESS', {
      message: `${suspects.length === 1 ? 'One process has' : `${suspects.length} processes have`} more than one pool: ${listed(suspects.map(({ shown }) => shown))}.`,
      evidence: {
        processes: suspects.length,
        ...Object.fromEntries(
          suspects.slice(0, 5).map(({ plain }, index) => [`process${index + 1}`, plain]),
        ),
      },
      change:
        'Let everything in a process use one shared client (`sharePrisma`): `oneprisma check` lists the places that make another. Where several are meant, say so in the plan: `--pools`.',
    }),
  ]
}

/** One process of one machine; `''` where the name does not tell it. */
function processKey({ application, address, role, database }: ServerClient): string {
  const id = processNameOf(application)?.process
  if (id === undefined || Number.parseInt(id, 10) < LOWEST_PROCESS) return ''
  return JSON.stringify([address, id, role, database])
}

function suspectOf(
  group: readonly ServerClient[],
  poolMax: number | undefined,
): Array<{ readonly shown: string; readonly plain: string }> {
  const names = countBy(group, ({ application }) => application)
  const isTooMany = poolMax !== undefined && group.length > poolMax
  if (names.length < 2 && !isTooMany) return []
  const counted = names.map(([name, count]) => ({ name, count }))
  const bound = isTooMany ? ` where a pool has at most ${poolMax}` : ''
  return [
    {
      shown: `${counted.map(({ name, count }) => `${inCode(name)} ${count}`).join(' and ')}${bound}`,
      plain: counted.map(({ name, count }) => `${shownName(name)} ${count}`).join(', ') + bound,
    },
  ]
}
