// The setup of a cell: answers the calls of PlanetScale's driver, in its protocol, from a MariaDB.
import { randomUUID } from 'node:crypto'
import { createPool, type FieldInfo, type PoolConnection } from 'mariadb'

interface Call {
  readonly query: string
  readonly session: { readonly id: string } | null
}

/** What MariaDB calls a type, in the words of PlanetScale. */
const TYPES: Readonly<Record<string, string>> = {
  INT: 'INT32',
  BIGINT: 'INT64',
  VAR_STRING: 'VARCHAR',
  BLOB: 'TEXT',
}

// The cell gives its server, as the options of a pool.
const settings = JSON.parse(process.env['MARIADB'] ?? '{}') as Parameters<typeof createPool>[0]
const admin = createPool(settings)
await admin.query('CREATE DATABASE matrix_planetscale')
const pool = createPool(Object.assign(settings, { database: 'matrix_planetscale' }))
/** The connections of open transactions, by their session. */
const held = new Map<string, PoolConnection>()

export async function close(): Promise<void> {
  await pool.end()
  await admin.query('DROP DATABASE matrix_planetscale')
  await admin.end()
}

export async function answer(_url: string, init: { body: string }): Promise<Response> {
  // The body is what the driver sends.
  const { query, session } = JSON.parse(init.body) as Call
  const id = session?.id ?? randomUUID()
  const connection = held.get(id) ?? (await pool.getConnection())
  try {
    return Response.json({ session: { id }, timing: 0, result: await run(connection, query) })
  } catch (error) {
    return Response.json({ session: { id }, error: { code: 'UNKNOWN', message: messageOf(error) } })
  } finally {
    if (query === 'BEGIN') held.set(id, connection)
    if (query === 'COMMIT' || query === 'ROLLBACK') held.delete(id)
    if (!held.has(id)) await connection.release()
  }
}

async function run(connection: PoolConnection, sql: string): Promise<object> {
  const found = await connection.query({ sql, rowsAsArray: true, metaAsArray: true })
  // With this option the driver gives rows and their columns, or what a statement has changed.
  const [rows, columns] = found as [
    unknown[][] | { affectedRows: number; insertId: bigint },
    FieldInfo[],
  ]
  if (!Array.isArray(rows)) {
    return { rowsAffected: String(rows.affectedRows), insertId: String(rows.insertId) }
  }
  return {
    fields: columns.map((column) => ({ name: column.name(), type: typeOf(column.type) })),
    rows: rows.map(encoded),
  }
}

function typeOf(type: string): string {
  const known = TYPES[type]
  if (known === undefined) throw new Error(`No type of PlanetScale is known for ${type}.`)
  return known
}

function encoded(row: unknown[]): object {
  const texts = row.map((value) => (value === null ? null : textOf(value)))
  return {
    lengths: texts.map((text) => (text === null ? '-1' : String(Buffer.byteLength(text)))),
    values: Buffer.from(texts.join('')).toString('base64'),
  }
}

function textOf(value: unknown): string {
  // All that the tables of the cell hold.
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString()
  throw new Error(`No column of the cell holds a ${typeof value}.`)
}

function messageOf(error: unknown): string {
  // Errors of the driver have these members.
  const { errno, sqlState, sqlMessage } = error as Record<string, string | number>
  return `${sqlMessage} (errno ${errno}) (sqlstate ${sqlState})`
}
