import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, sqlName } from './shown.ts'

const PRIVILEGES = `SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS stats,
  pg_has_role('pg_read_all_settings', 'USAGE') AS settings`

/** Says what the role cannot see, so that a clean result is not taken for more than it is. */
export async function checkPrivileges(context: LiveContext): Promise<DoctorFinding[]> {
  const { server } = context
  const [row] = await server.ask<{ stats: boolean; settings: boolean }>(PRIVILEGES)
  if (row?.stats === true && row.settings) return []
  const { clients, hidden } = await context.clients()
  const role = sqlName(server.role)
  return [
    found('SERVER_PRIVILEGES_MISSING', {
      message: `The role ${inCode(server.role)} is no member of \`pg_monitor\`: of other roles it sees no transactions, statements and waits, so that they were not looked at.${hidden > 0 ? ` That goes for ${hidden} of ${plural(clients.length, 'connection')}.` : ''}`,
      evidence: {
        role: server.role,
        hidden,
        connections: clients.length,
        readsStatistics: row?.stats === true,
        readsSettings: row?.settings === true,
      },
      change: `\`GRANT pg_monitor TO ${role}\`, or run this with a role that is only for looking: \`CREATE ROLE doctor LOGIN PASSWORD '…' IN ROLE pg_monitor\`.`,
    }),
  ]
}
