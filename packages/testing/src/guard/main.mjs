// The guard: a process of its own that makes, runs and ends one Postgres. Its parent holds the other
// end of its standard input; when that closes, however the parent has ended, the guard stops the
// server and removes all that it made. It runs in a session of its own, so that a Ctrl-C for the
// parent does not reach the server.
//
// The parent writes one line of JSON, { password, settings }, and is answered with one line:
// { ready: { pid, port, folder } } or { failed: { code, message } }. After that it may write
// { halt: 'fast' | 'immediate' | 'crash' }, answered with { halted: true } once the server has ended;
// { start: true }, answered as the first line is; and { linger: milliseconds }, answered with
// { lingers: true }: the server then outlives the parent by that time, unless another guard starts.
import { createInterface } from 'node:readline'
import { accountForPostgres } from './account.mjs'
import { createCluster } from './cluster.mjs'
import { removeLeftovers, removeRun } from './leftovers.mjs'
import { runsPrograms } from './memory-folder.mjs'
import { copiedPrograms, programsInPlace } from './native-programs.mjs'
import { createRunFolder, markLingering } from './run-folder.mjs'
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

let lingerMs = 0
const input = createInterface({ input: process.stdin })
input.once('close', () => (lingerMs === 0 ? end() : setTimeout(end, lingerMs)))
const lines = input[Symbol.asyncIterator]()
void guard(parentGone.signal).finally(() => process.exit())

/** @param {AbortSignal} signal */
async function guard(signal) {
  try {
    const { value } = await lines.next()
    if (value !== undefined) await runServer(JSON.parse(value), signal)
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
  const inPlace = await programsInPlace(account)
  const mayBeInMemory = inPlace !== undefined || runsPrograms()
  const folder = createRunFolder(id, account, { mayBeInMemory })
  try {
    const programs = inPlace ?? (await copiedPrograms(folder, account))
    const data = await createCluster({ programs, folder, password, account }, signal)
    const job = { programs, data, account, settings }
    const first = await startServer(job, signal)
    await tell({ ready: { pid: first.pid, port: first.port, folder } })
    await obey(first, (port) => startServer({ ...job, choosePort: async () => port }, signal), {
      folder,
      signal,
    })
  } finally {
    await removeRun(folder)
  }
}

/**
 * Halts and starts the server as the parent asks, until the parent is gone or the server has ended
 * by itself.
 *
 * @param {import('./server.mjs').Server} first
 * @param {(port: number) => Promise<import('./server.mjs').Server>} start
 * @param {{ folder: string, signal: AbortSignal }} options
 */
async function obey(first, start, { folder, signal }) {
  const { port } = first
  const gone = aborted(signal).then(() => undefined)
  /** @type {import('./server.mjs').Server | undefined} */
  let server = first
  try {
    for (;;) {
      const command = await Promise.race([
        lines.next().then(({ value }) => value && JSON.parse(value)),
        gone,
        server?.ended.then(() => undefined) ?? gone,
      ])
      if (command === undefined) {
        if (lingerMs > 0) await Promise.race([gone, server?.ended])
        return
      }
      if (command.linger !== undefined) {
        lingerMs = command.linger
        markLingering(folder)
        await tell({ lingers: true })
      } else if (command.halt !== undefined) {
        await server?.stop(command.halt)
        server = undefined
        await tell({ halted: true })
      } else {
        server ??= await start(port)
        await tell({ ready: { pid: server.pid, port, folder } })
      }
    }
  } finally {
    await server?.stop()
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
