import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { placeOf } from './server-url.ts'
import { inCode, sqlName } from './shown.ts'

interface Writable {
  readonly isStandby: boolean
  readonly isReadOnly: boolean
}

const WRITABLE = `SELECT pg_is_in_recovery() AS "isStandby",
  current_setting('default_transaction_read_only') = 'on' AS "isReadOnly"`

/** A URL for writing has to lead to where writing is possible. */
export async function checkWritable({ app }: LiveContext): Promise<DoctorFinding[]> {
  const [row] = await app.ask<Writable>(WRITABLE)
  const evidence = { host: app.url.host, port: app.url.port, database: app.database }
  if (row?.isStandby === true) {
    return [
      found('SERVER_IS_STANDBY', {
        message: `The URL leads to a standby at ${inCode(placeOf(app.url))}: every write fails with 25006.`,
        evidence,
        change:
          'Use the address of the primary; with providers, the writer endpoint and not the reader endpoint. After a failover, see that the name has followed.',
      }),
    ]
  }
  if (row?.isReadOnly !== true) return []
  return [
    found('DATABASE_READ_ONLY', {
      message: `Every transaction of the role ${inCode(app.role)} in the database ${inCode(app.database)} starts read-only (\`default_transaction_read_only = on\`): writes fail with 25006.`,
      evidence: { ...evidence, role: app.role },
      change: `Find where it is set with \`SELECT * FROM pg_db_role_setting\`, and take it back: \`ALTER ROLE ${sqlName(app.role)} RESET default_transaction_read_only\`, or the same for the database. Providers set it when the disk is full: make room first.`,
    }),
  ]
}
