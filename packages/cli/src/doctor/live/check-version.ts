import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'

// The day of the last release of each major version, by https://www.postgresql.org/support/versioning/
const LAST_DAYS: Readonly<Record<number, string>> = {
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}
const OLDEST = 10
const NOTICE_MS = 183 * 86_400_000

/** A major version of PostgreSQL gets its last release five years after its first. */
export async function checkVersion({ app, options }: LiveContext): Promise<DoctorFinding[]> {
  return judgeVersion(app.version, options.now())
}

/** @param version - as `server_version_num` has it: 180004 is 18.4 */
export function judgeVersion(version: number, now: number): DoctorFinding[] {
  const major = Math.floor(version / 10_000)
  const lastDay = major < OLDEST ? LAST_DAYS[OLDEST] : LAST_DAYS[major]
  // One that is newer than this list.
  if (lastDay === undefined) return []
  const left = Date.parse(lastDay) - now
  if (left > NOTICE_MS) return []
  const shown = major < OLDEST ? `${major}.x` : `${major}.${version % 10_000}`
  const evidence = { version: shown, lastDay }
  const change =
    'Upgrade the server to a newer major version: `pg_upgrade`, or the upgrade that the provider offers. Try the application on a copy first.'
  if (left > 0) {
    const message = `The server is PostgreSQL ${shown}, whose last security update comes by ${lastDay}.`
    return [found('SERVER_VERSION_ENDING', { message, evidence, change })]
  }
  const when = major < OLDEST ? 'has had none for years' : `had its last one by ${lastDay}`
  const message = `The server is PostgreSQL ${shown}, which gets no more security updates: it ${when}.`
  return [found('SERVER_VERSION_ENDED', { message, evidence, change })]
}
