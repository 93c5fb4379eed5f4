import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf } from './account.mjs'
import { environment } from './environment.mjs'
import { LastLines } from './last-lines.mjs'
import { StartFailure } from './start-failure.mjs'

/** @import { Account } from './account.mjs' */
/** @import { Programs } from './native-programs.mjs' */

/**
 * @typedef {object} ServerJob
 * @property {Programs} programs
 * @property {string} data
 * @property {Account | undefined} account
 * @property {Readonly<Record<string, string>>} settings
 * @property {() => Promise<number>} [choosePort]
 */

/**
 * How a server ends: in good order, at once (it recovers at its next start), or by the death of its
 * main process.
 *
 * @typedef {'fast' | 'immediate' | 'crash'} Halt
 */

/**
 * A server that accepts connections.
 *
 * @typedef {object} Server
 * @property {number} pid
 * @property {number} port
 * @property {Promise<unknown>} ended
 * @property {(how?: Halt) => Promise<void>} stop
 */

const START_TIMEOUT_MS = 60_000
const POLL_MS = 20
const PORT_ATTEMPTS = 5
const FAST_STOP_MS = 5_000

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it accepts connections.
 *
 * @param {ServerJob} job
 * @param {AbortSignal} signal - Ends it early.
 * @returns {Promise<Server>}
 */
export async function startServer(job, signal) {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    const port = await (job.choosePort ?? freePort)()
    const { server, lastLines } = launch(job, port)
    try {
      if (await isReady(job.data, server, signal)) return server
    } catch (error) {
      await server.stop()
      throw error
    }
    await server.stop()

    // Between the look for a free port and its use, another process may have taken it.
    if (lastLines.include('Address already in use') && attempt < PORT_ATTEMPTS) continue
    throw new StartFailure(
      'POSTGRES_DID_NOT_START',
      `Postgres did not start; its last words: ${lastLines.text}. Check the given settings, or set DATABASE_URL to a server of yours.`,
    )
  }
}

/**
 * @param {ServerJob} job
 * @param {number} port
 */
function launch({ programs, data, account, settings }, port) {
  const own = {
    ...settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  }
  const flags = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(programs.postgres, ['-D', data, ...flags], {
    ...identityOf(account),
    cwd: data,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lastLines = new LastLines()
  lastLines.read(child.stdout, child.stderr)
  const ended = once(child, 'close').catch((error) => lastLines.add(String(error)))
  /** @param {Halt} [how] */
  const stop = (how = 'fast') => stopServer(child, ended, { how, pgCtl: programs.pg_ctl, data })
  return { server: { pid: child.pid ?? 0, port, ended, stop }, lastLines }
}

/** @type {Readonly<Record<Halt, NodeJS.Signals>>} */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', crash: 'SIGKILL' }

/**
 * Ends the server and waits a while for it: what has not ended by then ends together with its folder.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<unknown>} ended
 * @param {{ how: Halt, pgCtl: string, data: string }} options
 */
async function stopServer(child, ended, { how, pgCtl, data }) {
  // Node has no signals for the processes of Windows, but Postgres brings its own there.
  if (process.platform === 'win32') {
    const mode = how === 'fast' ? 'fast' : 'immediate'
    spawnSync(pgCtl, ['stop', '-D', data, '-m', mode, '-W'], { timeout: FAST_STOP_MS })
  } else {
    child.kill(SIGNALS[how])
  }
  await settlesWithin(ended, FAST_STOP_MS)
}

/**
 * Reads readiness from the file that `pg_ctl --wait` reads it from.
 *
 * @param {string} data
 * @param {Server} server
 * @param {AbortSignal} signal
 */
async function isReady(data, server, signal) {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end;) {
    const lines = linesOf(join(data, 'postmaster.pid'))
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return true
    if (await settlesWithin(server.ended, POLL_MS)) return false
    signal.throwIfAborted()
  }
  return false
}

/** @param {string} file */
function linesOf(file) {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

async function freePort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return address.port
}

/**
 * @param {Promise<unknown>} promise
 * @param {number} ms
 */
async function settlesWithin(promise, ms) {
  const timer = new AbortController()
  try {
    const late = sleep(ms, false, { signal: timer.signal }).catch(() => false)
    return await Promise.race([promise.then(() => true), late])
  } finally {
    timer.abort()
  }
}
