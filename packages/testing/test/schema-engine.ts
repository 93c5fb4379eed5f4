import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

/** Prisma's own schema engine on one database. */
export interface SchemaEngineOnDatabase {
  /** Does what `prisma migrate deploy` does and returns the names that were applied. */
  apply(directory: string): Promise<string[]>
  /** Compares the database's history with a folder, as `prisma migrate status` does. */
  diagnose(directory: string): Promise<glue.DiagnoseMigrationHistoryOutput>
  close(): Promise<void>
}

// `name`, `"char"` and their arrays, which the driver adapter cannot read, as `text` and `text[]`.
const READABLE_TYPES: Readonly<Record<number, number>> = { 18: 25, 19: 25, 1002: 1009, 1003: 1009 }
const NO_FILTERS = { externalTables: [], externalEnums: [] }

/** Opens the WebAssembly build of Prisma's schema engine on a database. */
export async function openSchemaEngine(
  connectionString: string,
  schema = 'public',
): Promise<SchemaEngineOnDatabase> {
  await loadWasm()
  // The adapter leaves the search path to the connection.
  const options = `-c search_path=${pg.escapeIdentifier(schema).replaceAll(' ', '\\ ')}`
  const pool = new ReadablePool({ connectionString, options })
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool, { schema }))
  const engine = await glue.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
  return {
    apply: async (directory) => {
      const input = { migrationsList: listOf(directory), filters: NO_FILTERS }
      return (await engine.applyMigrations(input)).appliedMigrationNames
    },
    diagnose: (directory) =>
      engine.diagnoseMigrationHistory({
        migrationsList: listOf(directory),
        optInToShadowDatabase: false,
        filters: NO_FILTERS,
      }),
    close: async () => {
      engine.free()
      await pool.end()
    },
  }
}

/** A pool whose results carry only types that the driver adapter reads. */
class ReadablePool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config)
    this.on('connect', (client) => {
      const query = client.query.bind(client)
      // The adapter calls it with a query object alone and awaits the result.
      client.query = (async (...args: Parameters<typeof query>) => {
        const result: unknown = await query(...args)
        for (const field of fieldsOf(result)) {
          field.dataTypeID = READABLE_TYPES[field.dataTypeID] ?? field.dataTypeID
        }
        return result
      }) as typeof client.query
    })
  }
}

function fieldsOf(result: unknown): pg.FieldDef[] {
  return typeof result === 'object' && result !== null && 'fields' in result
    ? (result.fields as pg.FieldDef[])
    : []
}

interface WasmModule {
  readonly instance: { readonly exports: { __wbindgen_start(): void } }
}
// The types of Node 20 do not know it.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<WasmModule>
}

let loading: Promise<void> | undefined

function loadWasm(): Promise<void> {
  return (loading ??= instantiate())
}

async function instantiate(): Promise<void> {
  const main = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
  const bytes = readFileSync(join(dirname(main), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

function listOf(baseDir: string): glue.MigrationList {
  const names = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.toSorted().map((path) => ({
      path,
      migrationFile: { path: 'migration.sql', content: contentOf(join(baseDir, path)) },
    })),
  }
}

function contentOf(directory: string): glue.JsResult<string, string> {
  try {
    return { tag: 'ok', value: readFileSync(join(directory, 'migration.sql'), 'utf8') }
  } catch (error) {
    return { tag: 'error', value: String(error) }
  }
}
