import { isFailure } from '../gap.ts'
import type { LiveState } from './live-state.ts'
import type { FrameLine } from './redraw.ts'
import { row } from './row.ts'

const MOST_GROUPS = 8

/** The connections of now, in all and by app and release. */
export function connectionLines(state: LiveState, width: number): FrameLine[] {
  const totals = state.connections.map((groups) =>
    groups === undefined ? undefined : [...groups.values()].reduce((sum, count) => sum + count, 0),
  )
  const now = state.connections.at(-1)
  const total = totals.at(-1)
  const top = Math.max(1, ...totals.filter((count) => count !== undefined))
  const server = state.header?.server
  const limit = server === undefined ? '' : ` of ${server.maxConnections - server.reserved}`
  const groups = [...(now ?? [])].toSorted(([, one], [, other]) => other - one)
  const names = groups.slice(0, MOST_GROUPS).map(([group]) => group)
  const rest = groups.slice(MOST_GROUPS).reduce((sum, [, count]) => sum + count, 0)
  return [
    row('connections', total === undefined ? 'not seen' : `${total}${limit}`, width, {
      values: totals,
      top,
      colour: 'bold',
    }),
    ...names.map((group) =>
      row(`  ${group}`, String(now?.get(group) ?? 0), width, {
        values: state.connections.map((all) =>
          all === undefined ? undefined : (all.get(group) ?? 0),
        ),
        top,
      }),
    ),
    ...(rest > 0 ? [row('  others', String(rest), width)] : []),
    ...activityLines(state, width),
  ]
}

function activityLines({ tick }: LiveState, width: number): FrameLine[] {
  const answer = tick?.observation.server
  if (answer === undefined || isFailure(answer) || answer.sessions.some(({ hidden }) => hidden > 0))
    return []
  const sum = (read: 'active' | 'inTransaction'): number =>
    answer.sessions.reduce((total, sessions) => total + sessions[read], 0)
  return [row('  active, in transaction', `${sum('active')}, ${sum('inTransaction')}`, width)]
}
