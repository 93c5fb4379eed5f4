import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { judgePlan, poolMaxOf } from './check-limits.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import type { Pooler } from './probe-pooler.ts'
import { readLimits, type Limit } from './read-limits.ts'

/** Compares what the application opens to a pooler, and that to the server, with what each takes. */
export async function checkPoolerSize(context: LiveContext): Promise<DoctorFinding[]> {
  const { pooler } = context
  if (pooler === undefined) return []
  return [...judgeClients(context, pooler), ...(await judgeSize(context, pooler))]
}

/** The pools of the application open connections to the pooler, and it takes only so many. */
function judgeClients(context: LiveContext, { mode, console }: Pooler): DoctorFinding[] {
  if (console === undefined) return []
  const limits = [
    limitOf(
      'max_client_conn',
      console.maxClients,
      `\`max_client_conn\` ${console.maxClients} of the pooler`,
    ),
  ]
  if (mode === 'session') {
    const shown = `\`pool_size\` ${console.poolSize} of the pooler, of which each client keeps one,`
    limits.push(limitOf('pool_size', console.poolSize, shown))
  }
  return judgePlan(limits, poolMaxOf(context), context.options)
}

/** The pooler opens connections to the server, and that takes only so many. */
async function judgeSize(context: LiveContext, { console }: Pooler): Promise<DoctorFinding[]> {
  if (console === undefined) return []
  const [limit] = await readLimits(context)
  if (limit === undefined) return []
  const { mostConnections: wanted, pools, poolSize } = console
  const room = limit.maxConnections - limit.superuserReserved - limit.reserved
  if (wanted <= room) return []
  return [
    found('POOLER_EXCEEDS_SERVER', {
      message: `The pooler may open ${plural(wanted, 'connection')} for ${plural(pools, 'pair')} of role and database, ${poolSize} for this one; the server has ${room} (${limit.shown}, less what is reserved).`,
      evidence: { poolSize, pairs: pools, wanted, room, maxConnections: limit.maxConnections },
      change: `Set \`default_pool_size = ${Math.max(1, Math.floor((room * 0.9) / pools))}\` in the pooler, or \`max_db_connections\` for each database, so that the sum stays below ${room}.`,
    }),
  ]
}

function limitOf(name: Limit['name'], maxConnections: number, shown: string): Limit {
  const none = { superuserReserved: 0, reserved: 0, otherClients: 0, held: 0, others: [] }
  return { ...none, name, maxConnections, shown }
}
