import { spawnSync } from 'node:child_process'
import { TestingError } from './errors.ts'

/** The account that a Postgres runs under, which may not be root. */
export interface PostgresUser {
  /** What `spawn` needs to run as that account; empty for the account of this process. */
  readonly spawn: { readonly uid?: number; readonly gid?: number }
}

// Accounts that a system is likely to have. initdb looks its account up by number, so it must exist.
const CANDIDATES = ['postgres', 'nobody']

/** Returns the account of this process, or an unprivileged one where this process is root. */
export function postgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return { spawn: {} }

  for (const name of CANDIDATES) {
    const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, name))
    if (uid !== undefined && gid !== undefined) return { spawn: { uid, gid } }
  }
  throw new TestingError(
    'NO_UNPRIVILEGED_USER',
    `Postgres refuses to run as root, and this system has none of the accounts ${CANDIDATES.join(', ')}. Run as another user, or set DATABASE_URL.`,
  )
}

function idOf(flag: string, name: string): number | undefined {
  const found = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return found.status === 0 ? Number(found.stdout.trim()) : undefined
}
