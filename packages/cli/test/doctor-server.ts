import { startPostgres, type StartPostgresOptions } from '@oneprisma/testing'
import pg from 'pg'
import { checkServer } from '../src/doctor/live/check-server.ts'
import type { CheckServerOptions } from '../src/doctor/check-server-options.ts'
import type { DoctorCode } from '../src/doctor/codes.ts'
import type { DoctorFinding } from '../src/doctor/finding.ts'

/** A server to break in one way after the other. */
export interface DoctorServer {
  /** As a superuser. */
  readonly url: string
  readonly pid: number
  /** The folder with `postgresql.conf`, `pg_hba.conf` and the data. */
  readonly data: string
  readonly sql: <Row = Record<string, unknown>>(text: string) => Promise<Row[]>
  /** Makes a role that may log in and nothing else; returns its connection string. */
  readonly role: (name: string, attributes?: string) => Promise<string>
  /** Opens a connection that ends with the server at the latest. */
  readonly connect: (url: string, application?: string) => Promise<pg.Client>
  readonly createDatabase: (name: string) => Promise<string>
  readonly stop: () => Promise<void>
}

export const PASSWORD = 'p%ss w0rd/of:tests'

const POLL_MS = 20
const PATIENCE_MS = 20_000

export async function startDoctorServer(options?: StartPostgresOptions): Promise<DoctorServer> {
  const server = await startPostgres(options)
  const open = new Set<pg.Client>()
  const connect = async (url: string, application?: string): Promise<pg.Client> => {
    const name = application === undefined ? {} : { application_name: application }
    const client = new pg.Client({ connectionString: url, ...name })
    client.on('error', () => {})
    await client.connect()
    open.add(client)
    client.once('end', () => open.delete(client))
    return client
  }
  const admin = await connect(server.url, 'test')
  const sql = async <Row>(text: string): Promise<Row[]> => (await admin.query(text)).rows
  return {
    url: server.url,
    pid: server.pid,
    data: `${server.folder}/data`,
    sql,
    role: async (name, attributes = '') => {
      await sql(`CREATE ROLE "${name}" LOGIN PASSWORD '${PASSWORD}' ${attributes}`)
      return changed(server.url, { username: name, password: PASSWORD })
    },
    connect,
    createDatabase: server.createDatabase,
    stop: async () => {
      await Promise.all([...open].map((client) => client.end()))
      await server.stop()
    },
  }
}

/** A connection string with some of its parts changed. */
export function changed(
  url: string,
  parts: {
    readonly username?: string
    readonly password?: string
    readonly hostname?: string
    readonly port?: number
    readonly database?: string
    readonly parameters?: Readonly<Record<string, string>>
  },
): string {
  const { username, password, hostname, port, database, parameters = {} } = parts
  const result = new URL(url)
  if (username !== undefined) result.username = encodeURIComponent(username)
  if (password !== undefined) result.password = encodeURIComponent(password)
  if (hostname !== undefined) result.hostname = hostname
  if (port !== undefined) result.port = String(port)
  if (database !== undefined) result.pathname = `/${encodeURIComponent(database)}`
  for (const [name, value] of Object.entries(parameters)) result.searchParams.set(name, value)
  return result.href
}

/** The findings of one code. */
export async function findingsOf(
  code: DoctorCode,
  options: CheckServerOptions,
): Promise<readonly DoctorFinding[]> {
  return (await checkServer(options)).filter((finding) => finding.code === code)
}

/** The one finding of a code; fails where there is none, or where there are several. */
export async function findingOf(
  code: DoctorCode,
  options: CheckServerOptions,
): Promise<DoctorFinding> {
  const all = await checkServer(options)
  const [finding, ...others] = all.filter((each) => each.code === code)
  if (finding !== undefined && others.length === 0) return finding
  throw new Error(
    `${others.length === 0 ? 'No' : 'More than one'} finding ${code} among ${all.map((each) => each.code).join(', ')}.`,
  )
}

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > late) throw new Error(`It is still not so after ${PATIENCE_MS} ms.`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
