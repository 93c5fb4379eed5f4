import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveServer } from './live-server.ts'
import { placeOf } from './server-url.ts'
import { inCode } from './shown.ts'

interface Identity {
  readonly startedAt: string
  readonly database: string
}

// Two servers do not start in the same microsecond, and every role may ask.
const IDENTITY = `SELECT pg_postmaster_start_time()::text AS "startedAt", current_database()::text AS database`

/** Whether the direct URL leads past the pooler, and to the same database. */
export async function checkDirect(app: LiveServer, direct: LiveServer): Promise<DoctorFinding[]> {
  const at = inCode(placeOf(direct.url))
  const evidence = { host: direct.url.host, port: direct.url.port }
  const findings: DoctorFinding[] = []
  if (direct.isPooled) {
    findings.push(
      found('DIRECT_URL_POOLED', {
        message: `The direct URL leads to a pooler, too (${at}): the process that answers is not the one that was announced. Migrations and locks of a session fail through it.`,
        evidence,
        change:
          'Put the address of the server itself into the direct URL: the host without `-pooler`, port 5432 in place of 6543 or 6432.',
      }),
    )
  }
  const [one, other] = await Promise.all([identityOf(app), identityOf(direct)])
  if (one !== undefined && other !== undefined && JSON.stringify(one) !== JSON.stringify(other)) {
    const isSameServer = one.startedAt === other.startedAt
    findings.push(
      found('DIRECT_URL_ELSEWHERE', {
        message: `The direct URL leads to ${isSameServer ? 'another database of the same server' : 'another server'} (${inCode(other.database)} at ${at}) than the URL (${inCode(one.database)} at ${inCode(placeOf(app.url))}): migrations change one, and the application uses the other.`,
        evidence: {
          ...evidence,
          isSameServer,
          database: one.database,
          directDatabase: other.database,
        },
        change:
          'Let both lead to the same database of the same server; see which of them is wrong.',
      }),
    )
  }
  return findings
}

/** undefined where it cannot be asked: a pooler in statement mode refuses even this. */
async function identityOf(server: LiveServer): Promise<Identity | undefined> {
  try {
    const [identity] = await server.askAlone<Identity>({ text: IDENTITY })
    return identity
  } catch {
    return undefined
  }
}
