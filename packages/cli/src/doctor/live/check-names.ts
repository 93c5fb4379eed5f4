import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { countBy } from './count-by.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, listed, shownName } from './shown.ts'

/** A connection without a name is nobody's when the server is full. */
export async function checkNames(context: LiveContext): Promise<DoctorFinding[]> {
  const { clients } = await context.clients()
  const nameless = clients.filter(({ application }) => application.trim() === '')
  if (nameless.length === 0) return []
  const roles = countBy(nameless, ({ role }) => role)
  const addresses = new Set(nameless.map(({ address }) => address || 'a local socket'))
  return [
    found('APPLICATION_NAME_MISSING', {
      message: `${nameless.length} of ${plural(clients.length, 'connection')} ${nameless.length === 1 ? 'has' : 'have'} no \`application_name\` (${listed(roles.map(([role, count]) => `role ${inCode(role)} ${count}`))}; from ${listed([...addresses].map(inCode))}): nobody can tell which program or release holds them.`,
      evidence: {
        nameless: nameless.length,
        connections: clients.length,
        roles: roles.map(([role]) => shownName(role)).join(', '),
      },
      change:
        "Make the pool with `pgPool()`, which names its connections `app@release#process`, or set `application_name` in the URL or in the pool's settings.",
    }),
  ]
}
