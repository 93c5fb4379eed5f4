import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { TestingError } from './errors.ts'
import { guardPostgres } from './guard-postgres.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { FOLDER_PREFIX, removeLeftovers, temporaryFolder } from './leftovers.ts'
import { postgresUser, type PostgresUser } from './postgres-user.ts'

/** Options of `startPostgres`. */
export interface StartPostgresOptions {
  /**
   * The server's `max_connections`.
   *
   * @default 100, the server's own default
   */
  readonly maxConnections?: number
  /** Further settings of the server, by the names of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A Postgres of one's own, on a random port of 127.0.0.1. */
export interface EmbeddedPostgres {
  /** The connection string of the database `postgres`, with a password made for this server. */
  readonly url: string
  /** The process id of the server. */
  readonly pid: number
  /** The folder with the server's data, removed when it ends. */
  readonly folder: string
  /** Creates an empty database and returns its connection string. */
  createDatabase(name: string): Promise<string>
  /** Stops the server and removes its folder. Calling it again returns the same promise. */
  readonly stop: () => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const INITDB_TIMEOUT_MS = 60_000
const ATTEMPTS = 3

/**
 * Starts a Postgres from the npm registry's binaries. It ends with this process, however that ends:
 * a guard process stops it and removes its folder.
 *
 * @throws TestingError `PLATFORM_UNSUPPORTED`, `NO_UNPRIVILEGED_USER`, `POSTGRES_DID_NOT_START`
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<EmbeddedPostgres> {
  removeLeftovers()
  for (let attempt = 1; ; attempt++) {
    const started = await attemptStart(options)
    if (!('lastLines' in started)) return started

    // Between the look for a free port and its use, another process may have taken it.
    const isPortTaken = started.lastLines.some((line) => line.includes('Address already in use'))
    if (isPortTaken && attempt < ATTEMPTS) continue
    throw new TestingError(
      'POSTGRES_DID_NOT_START',
      `Postgres did not start; its last words: ${started.lastLines.slice(-5).join(' | ') || 'none'}. Check the given settings, or set DATABASE_URL to a server of yours.`,
    )
  }
}

async function attemptStart(
  options: StartPostgresOptions,
): Promise<EmbeddedPostgres | { readonly lastLines: readonly string[] }> {
  const user = postgresUser()
  const folder = createFolder(user)
  let isGuarded = false
  try {
    const { initdb, postgres } = await postgresBinaries(folder, user)
    const data = join(folder, 'data')
    const password = randomBytes(18).toString('base64url')
    initialise(initdb, folder, data, password, user)

    const port = await freePort()
    const args = ['-D', data, '-p', String(port), ...settingsOf(options)]
    isGuarded = true
    const guarded = await guardPostgres({ program: postgres, args, folder, spawn: user.spawn })
    if (guarded.pid === undefined) return guarded
    return embedded(guarded.pid, guarded.stop, folder, `127.0.0.1:${port}`, password)
  } finally {
    // A guard removes the folder itself.
    if (!isGuarded) rmSync(folder, { recursive: true, force: true })
  }
}

function createFolder(user: PostgresUser): string {
  const folder = mkdtempSync(join(temporaryFolder(), FOLDER_PREFIX))
  writeFileSync(join(folder, 'owner'), String(process.pid))
  own(folder, user)
  return folder
}

function initialise(
  initdb: string,
  folder: string,
  data: string,
  password: string,
  user: PostgresUser,
): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  own(passwordFile, user)
  const args = [
    ['--pgdata', data],
    ['--username', 'postgres'],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    ['--no-sync'],
  ].flat()
  const run = spawnSync(initdb, args, {
    ...user.spawn,
    cwd: folder,
    encoding: 'utf8',
    timeout: INITDB_TIMEOUT_MS,
  })
  rmSync(passwordFile)
  if (run.status === 0) return

  const lastWords = run.error?.message ?? run.stderr.trim().split('\n').slice(-5).join(' | ')
  throw new TestingError(
    'POSTGRES_DID_NOT_START',
    `Postgres could not create its data folder: ${lastWords}. Set DATABASE_URL to a server of yours.`,
  )
}

function own(path: string, user: PostgresUser): void {
  const { uid, gid } = user.spawn
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

function settingsOf(options: StartPostgresOptions): string[] {
  const settings: Record<string, string> = {
    max_connections: String(options.maxConnections ?? 100),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    ...options.settings,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return address.port
}

function embedded(
  pid: number,
  stop: () => Promise<void>,
  folder: string,
  host: string,
  password: string,
): EmbeddedPostgres {
  const urlOf = (database: string): string =>
    `postgresql://postgres:${password}@${host}/${database}`
  return {
    url: urlOf('postgres'),
    pid,
    folder,
    async createDatabase(name) {
      if (!/^[a-z_][a-z0-9_-]{0,62}$/.test(name)) {
        throw new TestingError(
          'DATABASE_NAME_INVALID',
          `Expected the name of a database in lower-case letters, digits, _ and -, got ${JSON.stringify(name)}.`,
        )
      }
      const client = new pg.Client({ connectionString: urlOf('postgres') })
      await client.connect()
      try {
        await client.query(`CREATE DATABASE "${name}"`)
      } finally {
        await client.end()
      }
      return urlOf(name)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
