import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployMigrations } from '@oneprisma/testing'
import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
} from '@oneprisma/engines/pgbouncer'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { classifyError } from '../src/classify-error.ts'
import { disconnect } from '../src/index.ts'
import { forgetSharedClients } from './fake-client.ts'
import { PooledDatabase, shareItems, type ItemClient } from './pooled-database.ts'

// The lock of Prisma's engine, and of `deployMigrations`.
const MIGRATION_LOCK = 72_707_369

describe.skipIf(!runsPgBouncer)(`PgBouncer under load${pgBouncerNote}`, () => {
  let database: PooledDatabase
  let bouncer: PgBouncer
  let prisma: ItemClient

  // A connection to the server that does not come about is tried again after 15 seconds by default.
  const settings = { server_login_retry: '1' }
  const start = (options: { readonly port?: number } = {}): Promise<PgBouncer> =>
    startPgBouncer({ upstream: database.url, poolSize: 4, settings, ...options })

  beforeEach(async () => {
    forgetSharedClients()
    database = await PooledDatabase.create()
    bouncer = await start()
    prisma = shareItems(bouncer.url, { retry: {}, pool: { max: 8 } })
  })
  afterEach(async () => {
    await disconnect(prisma)
    await bouncer.stop()
    await database[Symbol.asyncDispose]()
  })

  it('may be killed and started again: no read fails, no write that was answered is lost', async () => {
    using load = new Load(prisma)
    await load.reaches(40)

    await bouncer.stop()
    await load.isHeld()
    bouncer = await start({ port: bouncer.port })
    await load.reaches(load.done + 40)
    await load.stop()

    const kept = new Set((await prisma.item.findMany()).map(({ label }) => label))
    expect(load.failedReads).toEqual([])
    expect(load.written.filter((label) => !kept.has(label))).toEqual([])
    expect(load.failedWrites.map((error) => classifyError(error).isTransient)).not.toContain(false)
  })

  it('may be paused: calls wait, and none fails', async () => {
    using load = new Load(prisma)
    await load.reaches(40)

    await bouncer.query(`PAUSE ${database.name}`)
    await load.isHeld()
    expect(await database.sessions()).toBe(0)
    await bouncer.query(`RESUME ${database.name}`)
    await load.reaches(load.done + 40)
    await load.stop()

    expect([load.failedReads, load.failedWrites]).toEqual([[], []])
  })

  it('lets migrations run by the direct URL while the application runs by the pooled one', async () => {
    const init = `CREATE TABLE "Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int);`
    const next = {
      '20260102000000_note': `ALTER TABLE "Item" ADD COLUMN note text NOT NULL DEFAULT 'new';`,
      '20260103000000_index': 'CREATE INDEX "by_note" ON "Item" (note);',
    }
    const url = `${database.url}?schema=migrated`
    await deployMigrations({ url, directory: await migrations({ '20260101000000_init': init }) })
    const migrated = shareItems(`${bouncer.url}?schema=migrated`, { pool: { max: 8 } })
    onTestFinished(() => disconnect(migrated))
    using load = new Load(migrated)
    await load.reaches(40)

    const directory = await migrations({ '20260101000000_init': init, ...next })
    const { applied } = await deployMigrations({ url, directory })
    await load.reaches(load.done + 40)
    await load.stop()

    expect(applied).toEqual(Object.keys(next))
    expect([load.failedReads, load.failedWrites]).toEqual([[], []])
    expect(await migrated.$queryRawUnsafe('SELECT DISTINCT note FROM migrated."Item"')).toEqual([
      { note: 'new' },
    ])
  })

  it('keeps the lock of a migration that went through it, so that the next one is locked out', async () => {
    const directory = await migrations({ '20260101000000_init': 'CREATE TABLE a (id int);' })
    const url = (base: string): string => `${base}?schema=migrated`

    await deployMigrations({ url: url(bouncer.url), directory })

    const next = deployMigrations({ url: url(database.url), directory, lockTimeoutMs: 100 })
    await expect(next).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' })
    expect(
      await database.query(`SELECT objid::int FROM pg_locks WHERE locktype = 'advisory'`),
    ).toEqual([{ objid: MIGRATION_LOCK }])
  })
})

/** Reads and writes, some at a time, until it is stopped. */
class Load implements Disposable {
  readonly written: string[] = []
  readonly failedWrites: unknown[] = []
  readonly failedReads: unknown[] = []
  readonly #prisma: ItemClient
  readonly #workers: Promise<void>[]
  #isOver = false
  #inFlight = 0
  done = 0

  constructor(prisma: ItemClient) {
    this.#prisma = prisma
    this.#workers = [
      ...Array.from({ length: 4 }, () => this.#work(() => this.#read())),
      ...Array.from({ length: 2 }, (_, writer) =>
        this.#work((turn) => this.#write(`${writer}-${turn}`)),
      ),
    ]
  }

  /** Waits until so many calls have ended. */
  async reaches(count: number): Promise<void> {
    await expect.poll(() => this.done, { timeout: 20_000 }).toBeGreaterThanOrEqual(count)
  }

  /** Waits until every worker waits for an answer, and none comes. */
  async isHeld(): Promise<void> {
    let before = -1
    await expect
      .poll(
        () => {
          const isStill = before === this.done && this.#inFlight === this.#workers.length
          before = this.done
          return isStill
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(true)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#workers)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
  }

  async #work(call: (turn: number) => Promise<void>): Promise<void> {
    for (let turn = 0; !this.#isOver; turn++) {
      this.#inFlight++
      // oxlint-disable-next-line no-await-in-loop
      await call(turn)
      this.#inFlight--
      this.done++
    }
  }

  async #read(): Promise<void> {
    await this.#prisma.item.count().catch((error: unknown) => this.failedReads.push(error))
  }

  async #write(label: string): Promise<void> {
    try {
      await this.#prisma.item.create({ data: { label } })
      this.written.push(label)
    } catch (error) {
      this.failedWrites.push(error)
    }
  }
}

async function migrations(scripts: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  for (const [name, sql] of Object.entries(scripts)) {
    const folder = join(directory, name)
    // oxlint-disable-next-line no-await-in-loop
    await mkdir(folder)
    // oxlint-disable-next-line no-await-in-loop
    await writeFile(join(folder, 'migration.sql'), sql)
  }
  return directory
}
