// The guard: a process of its own that makes, runs and ends one Postgres. Its parent holds the other
// end of its standard input; when that closes, however the parent has ended, the guard stops the
// server and removes all that it made. It runs in a session of its own, so that a Ctrl-C for the
// parent does not reach the server.
//
// The parent writes one line of JSON, { password, settings }, and is answered with one line:
// { ready: { pid, port, folder } } or { failed: { code, message } }.
import { createInterface } from 'node:readline'
import { accountForPostgres } from './account.mjs'
import { createCluster } from './cluster.mjs'
import { removeLeftovers, removeRun } from './leftovers.mjs'
import { nativePrograms } from './native-programs.mjs'
import { createRunFolder } from './run-folder.mjs'
import { startServer } from './server.mjs'
import { StartFailure } from './start-failure.mjs'

const id = process.argv[2] ?? ''
const parentGone = new AbortController()
const end = () => parentGone.abort()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
process.on('uncaughtException', (error) => {
  console.error(error)
  end()
})
// The parent may be gone when it is answered.
process.stdout.on('error', end)
process.stdin.on('error', end)

const input = createInterface({ input: process.stdin })
input.once('close', end)
input.once('line', (line) => {
  void guard(JSON.parse(line), parentGone.signal).finally(() => process.exit())
})

/**
 * @param {{ password: string, settings: Readonly<Record<string, string>> }} job
 * @param {AbortSignal} signal
 */
async function guard(job, signal) {
  try {
    await runServer(job, signal)
  } catch (error) {
    await tell({ failed: describe(error) })
  }
}

/**
 * @param {{ password: string, settings: Readonly<Record<string, string>> }} job
 * @param {AbortSignal} signal
 */
async function runServer({ password, settings }, signal) {
  await removeLeftovers()
  const account = accountForPostgres()
  const folder = createRunFolder(id, account)
  try {
    const programs = await nativePrograms(folder, account)
    const data = await createCluster({ programs, folder, password, account }, signal)
    const server = await startServer({ programs, data, account, settings }, signal)
    try {
      await tell({ ready: { pid: server.pid, port: server.port, folder } })
      await Promise.race([server.ended, aborted(signal)])
    } finally {
      await server.stop()
    }
  } finally {
    await removeRun(folder)
  }
}

/**
 * @param {object} answer
 * @returns {Promise<unknown>}
 */
function tell(answer) {
  return new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(answer)}\n`, resolve)
  })
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', resolve, { once: true })
  })
}

/** @param {unknown} failure */
function describe(failure) {
  const code = failure instanceof StartFailure ? failure.code : 'POSTGRES_DID_NOT_START'
  return { code, message: failure instanceof Error ? failure.message : String(failure) }
}
