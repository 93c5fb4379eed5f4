import { spawnSync } from 'node:child_process'
import { StartFailure } from './start-failure.mjs'

/**
 * The account that a Postgres runs under; absent for the account of this process.
 *
 * @typedef {{ readonly name: string, readonly uid: number, readonly gid: number }} Account
 */

// Accounts that a system is likely to have. Postgres looks its own up by number, so it must exist.
const CANDIDATES = ['postgres', '_postgres', 'nobody']
const LOOKUP_TIMEOUT_MS = 10_000

/**
 * Returns an unprivileged account where this process is root, because Postgres refuses to be root.
 *
 * @returns {Account | undefined}
 */
export function accountForPostgres() {
  if (process.getuid?.() !== 0) return undefined

  for (const name of CANDIDATES) {
    const uid = lookUp('-u', name)
    const gid = lookUp('-g', name)
    if (uid && gid) return { name, uid, gid }
  }
  throw new StartFailure(
    'NO_UNPRIVILEGED_USER',
    `Postgres refuses to run as root, and this system has none of the accounts ${CANDIDATES.join(', ')}. Run as another user, or set DATABASE_URL to a server of yours.`,
  )
}

/**
 * The part of an account that `spawn` takes.
 *
 * @param {Account | undefined} account
 * @returns {{ uid?: number, gid?: number }}
 */
export function identityOf(account) {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid }
}

/**
 * @param {'-u' | '-g'} flag
 * @param {string} name
 */
function lookUp(flag, name) {
  const found = spawnSync('id', [flag, name], { encoding: 'utf8', timeout: LOOKUP_TIMEOUT_MS })
  return found.status === 0 ? Number(found.stdout.trim()) : undefined
}
