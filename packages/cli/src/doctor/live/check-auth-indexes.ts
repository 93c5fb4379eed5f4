import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, shownName, sqlName } from './shown.ts'

interface Table {
  readonly schema: string
  readonly table: string
  /** An estimate; -1 where the table was never analysed. */
  readonly rows: number
  readonly bytes: number
  readonly columns: readonly string[]
  /** The columns of each index, in its order. */
  readonly indexes: readonly (readonly string[])[]
}

interface Lookup {
  readonly table: Table
  readonly columns: readonly string[]
  readonly why: string
}

const WITH_SEVERAL = 2

// An index that is not valid yet, or that has only some of the rows, is of no use to a lookup.
const TABLES = `SELECT n.nspname::text AS schema, c.relname::text AS table, c.reltuples::float8 AS rows,
    pg_table_size(c.oid)::float8 AS bytes,
    (SELECT json_agg(attname) FROM pg_attribute
      WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
    (SELECT coalesce(json_agg(ARRAY(
        SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE k.place <= i.indnkeyatts ORDER BY k.place)), '[]')
      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL) AS indexes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p')
    AND n.nspname = ANY (CASE WHEN $1::text IS NULL THEN current_schemas(false) ELSE ARRAY[$1::name] END)
    AND (c.relname = ANY ($2) OR EXISTS (SELECT FROM pg_attribute
      WHERE attrelid = c.oid AND replace(lower(attname), '_', '') IN ('sessiontoken', 'provideraccountid')))`

/** Finds what Auth.js looks up by, where the database has no index for it. */
export async function checkAuthIndexes({ app, options }: LiveContext): Promise<DoctorFinding[]> {
  const known = options.facts?.authLookups ?? []
  const tables = await app.ask<Table>(TABLES, [
    app.url.schema ?? null,
    known.map(({ table }) => table),
  ])
  const lookups = tables.flatMap((table): readonly Lookup[] => [
    ...ofUser(table),
    ...known
      .filter(({ table: name }) => name === table.table)
      .filter(({ columns }) => columns.every((column) => table.columns.includes(column)))
      .map(({ columns }) => ({ table, columns, why: 'Every sign-in' })),
  ])
  const seen = new Set<string>()
  return lookups
    .filter(({ table, columns }) => !hasIndex(table, columns))
    .filter(({ table, columns }) => {
      const key = JSON.stringify([table.schema, table.table, columns])
      return !seen.has(key) && seen.add(key)
    })
    .map(toFinding)
}

/** Accounts and sessions are known by their columns, whatever the schema calls them. */
function ofUser(table: Table): readonly Lookup[] {
  const { columns } = table
  const find = (plain: string): string | undefined =>
    columns.find((column) => column.replaceAll('_', '').toLowerCase() === plain)
  const user = find('userid')
  if (user === undefined) return []
  if (find('sessiontoken') === undefined && find('provideraccountid') === undefined) return []
  return [{ table, columns: [user], why: 'Loading or deleting a user' }]
}

/** Whether an index begins with these columns, in any order. */
function hasIndex({ indexes }: Table, columns: readonly string[]): boolean {
  return indexes.some((index) => {
    const first = index.slice(0, columns.length)
    return columns.every((column) => first.includes(column))
  })
}

function toFinding({ table: { schema, table, rows, bytes }, columns, why }: Lookup): DoctorFinding {
  const shown = columns.map((column) => inCode(column)).join(', ')
  const size = `${rows < 0 ? 'never analysed' : `about ${Math.round(rows)} rows`}, ${shownBytes(bytes)}`
  const name = `${table}_${columns.join('_')}_idx`
  const on = `${sqlName(schema)}.${sqlName(table)} (${columns.map(sqlName).join(', ')})`
  const several = columns.length >= WITH_SEVERAL ? 's' : ''
  return found('AUTH_INDEX_NOT_IN_DATABASE', {
    message: `The table ${inCode(table)} of Auth.js (${size}) has no index in the database that begins with the column${several} ${shown}. ${why} reads all of it.`,
    evidence: {
      schema: shownName(schema),
      table: shownName(table),
      columns: columns.map(shownName).join(', '),
      estimatedRows: Math.round(rows),
      bytes,
    },
    change: `Add \`@@index([${columns.map(shownName).join(', ')}])\` to its model (by the names of the fields), and let the migration be this statement alone, which does not block writes: \`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${sqlName(name)} ON ${on}\`.`,
  })
}

function shownBytes(bytes: number): string {
  if (bytes < 1_048_576) return `${Math.ceil(bytes / 1_024)} kB`
  return bytes < 1_073_741_824
    ? `${Math.round(bytes / 1_048_576)} MB`
    : `${(bytes / 1_073_741_824).toFixed(1)} GB`
}
