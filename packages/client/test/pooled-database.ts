import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { inject } from 'vitest'
import { sharePrisma, type SharePrismaOptions } from '../src/index.ts'
import { pgPool, type PgPoolOptions } from '../src/pg.ts'
import { withRetry, type RetryOptions } from '../src/retry.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
export interface ItemClient {
  readonly item: {
    create(args: { data: ItemData }): Promise<Item>
    update(args: { where: { label: string }; data: ItemData }): Promise<Item>
    delete(args: { where: { label: string } }): Promise<Item>
    findMany(args?: object): Promise<Item[]>
    count(args?: object): Promise<number>
  }
  $queryRawUnsafe<Row>(sql: string, ...values: unknown[]): Promise<Row[]>
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>, options?: object): Promise<Result>
}

interface ItemData {
  readonly label: string
  readonly members?: { readonly create: readonly ItemData[] }
}

interface Item {
  readonly id: number
  readonly label: string
  readonly parentId: number | null
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

/** A database of its own on the server of the test run, by the direct path. */
export class PooledDatabase implements AsyncDisposable {
  readonly url: string
  readonly name: string
  readonly #admin: pg.Client

  private constructor(url: URL, admin: pg.Client) {
    this.url = url.href
    this.name = url.pathname.slice(1)
    this.#admin = admin
  }

  static async create(): Promise<PooledDatabase> {
    const url = new URL(inject('databaseUrl'))
    const name = `pooled_${randomUUID().replaceAll('-', '')}`
    await onServer(`CREATE DATABASE ${name}`)
    url.pathname = `/${name}`
    const admin = new pg.Client({ connectionString: url.href, application_name: 'direct' })
    await admin.connect()
    await admin.query(
      'CREATE TABLE "Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int REFERENCES "Item")',
    )
    return new PooledDatabase(url, admin)
  }

  /** Runs statements on the server itself. */
  async query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return (await this.#admin.query<Row>(sql)).rows
  }

  /** Keeps everybody from the items, until what is returned is called. */
  async lock(): Promise<() => Promise<void>> {
    const holder = new pg.Client({ connectionString: this.url, application_name: 'direct' })
    await holder.connect()
    await holder.query('BEGIN; LOCK TABLE "Item" IN ACCESS EXCLUSIVE MODE')
    return () => holder.end()
  }

  /** Sessions that others than this object have in the database. */
  async sessions(): Promise<number> {
    const rows = await this.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'direct'`,
    )
    return rows.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.end()
    await onServer(`DROP DATABASE ${this.name} WITH (FORCE)`)
  }
}

export interface PooledClientOptions {
  readonly pool?: PgPoolOptions
  readonly retry?: RetryOptions
  readonly share?: SharePrismaOptions
}

/** A shared client as an application has it, by the path of this URL. */
export function shareItems(url: string, options: PooledClientOptions = {}): ItemClient {
  return sharePrisma(
    ({ observe }) => {
      const { config, options: schema, transactionOptions } = pgPool(url, options.pool)
      const adapter = new PrismaPg(config, schema)
      return new PrismaClient({
        adapter: observe(options.retry === undefined ? adapter : withRetry(adapter, options.retry)),
        transactionOptions,
      })
    },
    { name: randomUUID(), ...options.share },
  )
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
