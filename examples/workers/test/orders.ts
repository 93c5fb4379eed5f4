import { fileURLToPath } from 'node:url'
import { deployMigrations, type EmbeddedPostgres } from '@oneprisma/testing'
import { PrismaPg } from '@prisma/adapter-pg'
import { expect } from 'vitest'
import { PrismaClient, type Prisma } from '../generated/client.ts'

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url))
const WAIT = { timeout: 20_000, interval: 20 }

/** The database of one worker, as its test sees it. */
export class Orders implements AsyncDisposable {
  readonly url: string
  /** The same, for connections of the test: they do not count as the worker's. */
  readonly testUrl: string
  readonly #prisma: PrismaClient

  private constructor(url: string) {
    this.url = url
    this.testUrl = `${url}?application_name=test`
    this.#prisma = new PrismaClient({
      adapter: new PrismaPg({ connectionString: this.testUrl }),
      transactionOptions: { timeout: 60_000 },
    })
  }

  /** Creates a database with the orders 1 and 2. */
  static async create(postgres: EmbeddedPostgres, name: string): Promise<Orders> {
    const url = await postgres.createDatabase(name)
    await deployMigrations({ url, directory: migrations })
    const orders = new Orders(url)
    await orders.#prisma.order.createMany({ data: [{ id: 1 }, { id: 2 }] })
    return orders
  }

  /** The ids of the orders that are shipped, and of those whose customer was told. */
  async done(): Promise<{ shipped: number[]; told: number[] }> {
    const shipped = await this.#prisma.order.findMany({
      where: { shippedAt: { not: null } },
      orderBy: { id: 'asc' },
    })
    const mails = await this.#prisma.mail.findMany({ orderBy: { orderId: 'asc' } })
    return { shipped: shipped.map(({ id }) => id), told: mails.map(({ orderId }) => orderId) }
  }

  /** Locks an order while `run` runs: a job that ships it waits. */
  whileLocked<Result>(orderId: number, run: () => Promise<Result>): Promise<Result> {
    return this.#prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Order" WHERE id = ${orderId} FOR UPDATE`
      return run()
    })
  }

  /** Locks a table while `run` runs, so that who asks it waits. */
  whileTableLocked(
    table: string,
    run: (tx: Prisma.TransactionClient) => Promise<void>,
  ): Promise<void> {
    return this.#prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
      await run(tx)
    })
  }

  /** Waits until the worker waits for a lock. */
  async waits(): Promise<void> {
    await expect.poll(() => this.#sessions(`wait_event_type = 'Lock'`), WAIT).not.toBe(0)
  }

  /** Waits until the server has no session of the worker. */
  async noSessions(): Promise<void> {
    await expect.poll(() => this.#sessions('true'), WAIT).toBe(0)
  }

  async #sessions(condition: string): Promise<number> {
    const rows = await this.#prisma.$queryRawUnsafe<unknown[]>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> 'test' AND ${condition}`,
    )
    return rows.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#prisma.$disconnect()
  }
}
