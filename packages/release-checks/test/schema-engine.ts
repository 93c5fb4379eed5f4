/**
 * Prisma's schema engine as a program, for tests of commands that would download it.
 *
 * It speaks to `prisma` as the native engine does, and does its work with the WebAssembly build of
 * the same engine.
 */
import type { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: unknown
}

// `name`, `"char"` and their arrays, which the driver adapter cannot read, as `text` and `text[]`.
const READABLE_TYPES: Readonly<Record<number, number>> = { 18: 25, 19: 25, 1002: 1009, 1003: 1009 }

/** A connection whose results carry only types that the driver adapter reads. */
class ReadableClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // What `pg` emits for each result before it reads rows; its types leave the connection out.
    const { connection } = this as unknown as { connection: EventEmitter }
    connection.on('rowDescription', ({ fields }: { fields: pg.FieldDef[] }) => {
      for (const field of fields) {
        field.dataTypeID = READABLE_TYPES[field.dataTypeID] ?? field.dataTypeID
      }
    })
  }
}

/** What `prisma migrate dev` asks of the engine for a first migration. */
function methodsOf(engine: glue.SchemaEngine): Record<string, (input: never) => Promise<unknown>> {
  return {
    applyMigrations: (input: glue.ApplyMigrationsInput) => engine.applyMigrations(input),
    createMigration: (input: glue.CreateMigrationInput) => engine.createMigration(input),
    devDiagnostic: (input: glue.DevDiagnosticInput) => engine.devDiagnostic(input),
    evaluateDataLoss: (input: glue.EvaluateDataLossInput) => engine.evaluateDataLoss(input),
  }
}

interface WasmModule {
  readonly instance: { readonly exports: { __wbindgen_start(): void } }
}
// The types of Node 20 do not know it.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<WasmModule>
}

async function loadWasm(): Promise<void> {
  const main = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
  const bytes = readFileSync(join(dirname(main), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

/** Answers what comes on stdin, a request a line, until there is no more. */
async function answer(url: string): Promise<void> {
  await loadWasm()
  const pool = { connectionString: url, Client: ReadableClient }
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool))
  const engine = await glue.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
  const methods = methodsOf(engine)
  for await (const line of createInterface(process.stdin)) {
    const { id, method, params } = JSON.parse(line) as Request
    const called = methods[method] ?? (() => Promise.reject(new Error(`There is no ${method}.`)))
    // What `prisma` sends is what its engine takes.
    const answered = await called(params as never).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: { data: { is_panic: false, message: String(error) } } }),
    )
    console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answered }))
  }
}

/** Fails where the database cannot be reached. */
async function connect(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.end()
}

const datasource = process.argv[process.argv.indexOf('--datasource') + 1] ?? '{}'
const { url } = JSON.parse(datasource) as { url: string }
await (process.argv.includes('can-connect-to-database') ? connect(url) : answer(url))
// The pool of the engine would keep the process.
process.exit()
