import { randomBytes } from 'node:crypto'
import { createDatabase } from './create-database.ts'
import { TestingError } from './errors.ts'
import { startGuarded } from './guard-process.ts'

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
  /** The process id of the server; another one after `start`. */
  readonly pid: number
  /** The folder with the server's data, removed when it ends. */
  readonly folder: string
  /** Creates an empty database and returns its connection string. */
  readonly createDatabase: (name: string) => Promise<string>
  /**
   * Halts the server until `start` is called, and keeps its data: `fast` in good order, `immediate`
   * without a goodbye, so that it recovers when it starts, `crash` by the death of its main process.
   * Resolves when it has ended. But for `fast`, the last commits are kept only with the setting
   * `synchronous_commit: 'on'`.
   *
   * @default 'fast'
   */
  readonly halt: (how?: 'fast' | 'immediate' | 'crash') => Promise<void>
  /** Starts a halted server again, on the same port; resolves when it accepts connections. */
  readonly start: () => Promise<void>
  /**
   * Lets the server run on by itself, for so many milliseconds from now, an hour at most, or until
   * this user starts another embedded server on this machine. `stop` does nothing then.
   */
  readonly linger: (ms: number) => Promise<void>
  /** Stops the server and removes its folder. Calling it again returns the same promise. */
  readonly stop: () => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DEFAULT_MAX_CONNECTIONS = 100

// Durability is worth nothing to a server whose data goes with it, and shared memory in files of its
// folder goes with it too.
const DEFAULT_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  dynamic_shared_memory_type: 'mmap',
}
const MAX_LINGER_MS = 3_600_000
const OWN_SETTINGS = new Set([
  'port',
  'listen_addresses',
  'unix_socket_directories',
  'data_directory',
  'max_connections',
])

/**
 * Starts a Postgres from the npm registry's binaries. It ends with this process, however that ends:
 * a guard process stops it and removes its folder. It does not keep this process alive.
 *
 * @throws TestingError `INVALID_OPTION`, `PLATFORM_UNSUPPORTED`, `NO_UNPRIVILEGED_USER`,
 * `POSTGRES_DID_NOT_START`
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const settings = settingsOf(options)
  const password = randomBytes(18).toString('base64url')
  const guarded = await startGuarded({ password, settings })
  const { port, folder, halt, start, linger, stop } = guarded

  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
  let { pid } = guarded
  return {
    url,
    get pid() {
      return pid
    },
    folder,
    createDatabase: (name) => createDatabase(url, name),
    halt: (how = 'fast') => halt(how),
    start: async () => {
      ;({ pid } = await start())
    },
    linger: (ms) => {
      if (!(ms > 0 && ms <= MAX_LINGER_MS)) {
        throw new TestingError(
          'INVALID_OPTION',
          `Expected a server to linger for 1 to ${MAX_LINGER_MS} milliseconds, got ${ms}.`,
        )
      }
      return linger(ms)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function settingsOf(options: StartPostgresOptions): Record<string, string> {
  const { maxConnections = DEFAULT_MAX_CONNECTIONS, settings = {} } = options
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new TestingError(
      'INVALID_OPTION',
      `Expected \`maxConnections\` to be a whole number from 1 and up, got ${String(maxConnections)}.`,
    )
  }
  for (const name of Object.keys(settings)) {
    if (!OWN_SETTINGS.has(name) && /^[a-z_][a-z0-9_.]*$/i.test(name)) continue
    throw new TestingError(
      'INVALID_OPTION',
      `The setting ${JSON.stringify(name)} cannot be given: ${OWN_SETTINGS.has(name) ? 'it is chosen by `startPostgres`; for connections there is `maxConnections`' : 'it is no name of a setting'}.`,
    )
  }
  return { ...DEFAULT_SETTINGS, ...settings, max_connections: String(maxConnections) }
}
