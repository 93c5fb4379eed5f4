import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode } from './shown.ts'

interface Role {
  readonly isSuper: boolean
  readonly reserved: number
}

const ROLE = `SELECT rolsuper AS "isSuper",
    current_setting('superuser_reserved_connections')::int AS reserved
  FROM pg_roles WHERE rolname = current_user`

/** A superuser takes the connections that are reserved for whoever comes to repair. */
export async function checkRole({ app }: LiveContext): Promise<DoctorFinding[]> {
  const [role] = await app.ask<Role>(ROLE)
  if (role?.isSuper !== true) return []
  return [
    found('ROLE_IS_SUPERUSER', {
      message: `The application connects as ${inCode(app.role)}, a superuser. It may take the ${role.reserved} connections that the server keeps for you to repair it with, no limit of a role or database holds for it, and whoever takes it over owns the server.`,
      evidence: { role: app.role, superuserReserved: role.reserved },
      change:
        "Give the application a role of its own that owns its schema: `CREATE ROLE app LOGIN PASSWORD '…'`, and put that into the URL.",
    }),
  ]
}
