import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { identityOf } from './account.mjs'
import { environment } from './environment.mjs'
import { LastLines } from './last-lines.mjs'
import { StartFailure } from './start-failure.mjs'

/** @import { Account } from './account.mjs' */
/** @import { Programs } from './native-programs.mjs' */

const INITDB_TIMEOUT_MS = 120_000

/**
 * Makes the data folder of a server, which only the password lets in.
 *
 * @param {{ programs: Programs, folder: string, password: string, account: Account | undefined }} job
 * @param {AbortSignal} signal - Ends it early.
 * @returns {Promise<string>} the data folder
 */
export async function createCluster({ programs, folder, password, account }, signal) {
  signal.throwIfAborted()
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account !== undefined) {
    for (const path of [data, passwordFile]) chownSync(path, account.uid, account.gid)
  }
  try {
    await run(programs.initdb, argumentsOf(data, passwordFile), account, folder, signal)
    return data
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/**
 * @param {string} data
 * @param {string} passwordFile
 */
function argumentsOf(data, passwordFile) {
  return [
    ['-D', data],
    ['--username', 'postgres'],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    // Sorts by code point wherever it runs, and still knows upper and lower case beyond ASCII.
    ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    '--no-sync',
    '--no-instructions',
  ].flat()
}

/**
 * @param {string} initdb
 * @param {readonly string[]} args
 * @param {Account | undefined} account
 * @param {string} cwd
 * @param {AbortSignal} signal
 */
async function run(initdb, args, account, cwd, signal) {
  const lastLines = new LastLines()
  const child = spawn(initdb, args, {
    ...identityOf(account),
    cwd,
    env: environment(),
    // A group of its own, because it starts processes that have to end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  lastLines.read(child.stdout, child.stderr)
  const bound = AbortSignal.any([signal, AbortSignal.timeout(INITDB_TIMEOUT_MS)])
  const kill = () => killGroup(child.pid)
  bound.addEventListener('abort', kill)
  try {
    const [code] = await once(child, 'close')
    if (code === 0) return
    throw new Error(`initdb ended with code ${code}`)
  } catch (cause) {
    throw new StartFailure(
      'POSTGRES_DID_NOT_START',
      `Postgres could not make its data folder in ${cwd}: ${cause instanceof Error ? cause.message : ''}; its last words: ${lastLines.text}. Make room there or set TMPDIR to another folder, or set DATABASE_URL to a server of yours.`,
      { cause },
    )
  } finally {
    bound.removeEventListener('abort', kill)
  }
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
