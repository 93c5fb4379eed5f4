import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
// The guard's own programs are no entry of the package: nobody else shall depend on them.
import { accountForPostgres, identityOf } from '../../testing/src/guard/account.mjs'

/** Options of `startPgBouncer`. */
export interface StartPgBouncerOptions {
  /** The connection string of the server behind it, with user and password. */
  readonly upstream: string
  /** @default 'transaction' */
  readonly poolMode?: 'transaction' | 'session' | 'statement'
  /**
   * Connections to the server for each pair of user and database.
   *
   * @default 10
   */
  readonly poolSize?: number
  /** @default 1_000 */
  readonly maxClients?: number
  /** Users beside the one of `upstream`, with their passwords. */
  readonly users?: Readonly<Record<string, string>>
  /**
   * The port of 127.0.0.1 to listen on, to start one again where another was.
   *
   * @default a free one
   */
  readonly port?: number
  /** Further settings, by the names of `pgbouncer.ini`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PgBouncer of one's own, on 127.0.0.1. */
export interface PgBouncer {
  /** The connection string of `upstream`, through it. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Runs a command of its admin console, such as `SHOW POOLS`. */
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>
  /** Ends it, and waits for its end. */
  readonly stop: () => Promise<void>
}

// Debian installs it where only root has a path to.
const PROGRAMS = ['pgbouncer', '/usr/sbin/pgbouncer']
const START_TIMEOUT_MS = 30_000

/** Whether PgBouncer is installed. */
export function hasPgBouncer(): boolean {
  return program() !== undefined
}

/**
 * Whether the tests on PgBouncer run: where it is installed. Where ONEPRISMA_ENGINES is `required`, as
 * in CI, they do in any case, and fail by the name of what is missing.
 */
export const runsPgBouncer: boolean =
  process.env['ONEPRISMA_ENGINES'] === 'required' || hasPgBouncer()

/** What the name of a group of tests says where they do not run. */
export const pgBouncerNote: string = runsPgBouncer
  ? ''
  : ' (skipped: the Debian package pgbouncer is not installed)'

/** Starts a PgBouncer in front of a server. It ends with this process, unless that is killed. */
export async function startPgBouncer(options: StartPgBouncerOptions): Promise<PgBouncer> {
  const path = program()
  if (path === undefined) {
    throw new Error('PgBouncer is not installed. It is the Debian package "pgbouncer".')
  }
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'))
  const port = options.port ?? (await freePort())
  const file = await configure(folder, port, options)
  // It refuses to be root, as Postgres does.
  const bouncer = spawn(path, [file], {
    ...identityOf(accountForPostgres()),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const kill = (): void => void bouncer.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(bouncer, 'close')
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    kill()
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await isListening(bouncer)
  } catch (error) {
    await stop()
    throw error
  }
  // It logs every connection, and waits when nobody reads.
  bouncer.stderr.resume()
  return {
    url: through(options.upstream, port),
    port,
    pid: bouncer.pid ?? 0,
    query: (sql) => ask(options.upstream, port, sql),
    stop,
  }
}

function program(): string | undefined {
  return PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0)
}

async function configure(
  folder: string,
  port: number,
  options: StartPgBouncerOptions,
): Promise<string> {
  const { hostname, port: serverPort, username, password } = new URL(options.upstream)
  const [user, secret] = [username, password].map(decodeURIComponent)
  const users = { [user ?? '']: secret ?? '', ...options.users }
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users.txt'),
    admin_users: user,
    pool_mode: options.poolMode ?? 'transaction',
    default_pool_size: options.poolSize ?? 10,
    max_client_conn: options.maxClients ?? 1_000,
    ...options.settings,
  }
  const ini = [
    '[databases]',
    `* = host=${hostname} port=${serverPort || 5432}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ]
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const list = Object.entries(users).map(([name, word]) => `${quoted(name)} ${quoted(word)}`)
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, `${ini.join('\n')}\n`)
  await writeFile(join(folder, 'users.txt'), `${list.join('\n')}\n`)
  // The account that it runs under reads both; the passwords are those of test servers.
  await chmod(folder, 0o755)
  return file
}

async function isListening(bouncer: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`PgBouncer did not start in time:\n${log}`)),
      START_TIMEOUT_MS,
    )
    bouncer.stderr?.on('data', (chunk) => {
      log += String(chunk)
      if (!log.includes('process up')) return
      clearTimeout(late)
      resolve()
    })
    bouncer.once('close', () => {
      clearTimeout(late)
      reject(new Error(`PgBouncer ended:\n${log}`))
    })
  })
}

function through(upstream: string, port: number): string {
  const url = new URL(upstream)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return url.href
}

async function ask(
  upstream: string,
  port: number,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const url = new URL(through(upstream, port))
  url.pathname = '/pgbouncer'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return address.port
}
