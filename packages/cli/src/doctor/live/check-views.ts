import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { numberOf, readSettings } from './read-settings.ts'

const ENOUGH_BYTES = 4_096
const NAMES = ['track_activity_query_size', 'pg_stat_statements.max']

const EXTENSION = `SELECT
  EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') AS "isCreated",
  EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS "isAvailable"`

/** Tells what the views of the server will not show when they are needed. */
export async function checkViews({ server }: LiveContext): Promise<DoctorFinding[]> {
  const settings = await readSettings(server, NAMES)
  const [extension] = await server.ask<{ isCreated: boolean; isAvailable: boolean }>(EXTENSION)
  const bytes = numberOf(settings, 'track_activity_query_size', ENOUGH_BYTES)
  const findings: DoctorFinding[] = []
  if (bytes < ENOUGH_BYTES) {
    findings.push(
      found('STATEMENT_TEXT_CUT', {
        message: `\`pg_stat_activity\` keeps ${bytes} bytes of a statement (\`track_activity_query_size\`). Statements of Prisma are longer: their end is missing, and with it the comments that Prisma's own plugins put there.`,
        evidence: { trackActivityQuerySize: bytes },
        change: `\`ALTER SYSTEM SET track_activity_query_size = ${ENOUGH_BYTES}\`, or the same in the parameters of the provider; it takes a restart.`,
      }),
    )
  }
  // A library that is loaded has settings.
  const isLoaded = settings.has('pg_stat_statements.max')
  if (!isLoaded || extension?.isCreated !== true) {
    findings.push(
      found('STATEMENT_STATISTICS_MISSING', {
        message: `\`pg_stat_statements\` is not ${isLoaded ? 'created in this database' : 'loaded'}, so that nobody can ask the server which statements cost most.`,
        evidence: {
          isLoaded,
          isCreated: extension?.isCreated === true,
          isAvailable: extension?.isAvailable === true,
        },
        change: isLoaded
          ? '`CREATE EXTENSION pg_stat_statements`'
          : 'Add it to `shared_preload_libraries` (it takes a restart), then `CREATE EXTENSION pg_stat_statements`. It keeps statements without their parameters.',
      }),
    )
  }
  return findings
}
