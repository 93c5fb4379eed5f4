import { createRequire } from 'node:module'
import pg from 'pg'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { pgPool, type PgPoolOptions } from '../src/pg.ts'

type Pg = typeof pg

const require = createRequire(import.meta.url)
const pg816: Pg = require('pg-8-16')
const pg820: Pg = require('pg-8-20')
const pg821: Pg = require('pg-8-21')
const pgPool310: Pg['Pool'] = require('pg-pool-3-10')

const COLUMNS = '"naming"."Thing"."id", "naming"."Thing"."label"'
const FIND = `SELECT ${COLUMNS} FROM "naming"."Thing" WHERE ("naming"."Thing"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3`
const CREATE = `INSERT INTO "naming"."Thing" ("label") VALUES ($1) RETURNING ${COLUMNS}`

let admin: pg.Client
beforeAll(async () => {
  admin = new pg.Client(inject('databaseUrl'))
  await admin.connect()
  await admin.query('CREATE SCHEMA naming')
})
afterAll(async () => {
  await admin.query('DROP SCHEMA naming CASCADE')
  await admin.end()
})
beforeEach(async () => {
  await admin.query(`
    DROP TABLE IF EXISTS naming."Thing";
    CREATE TABLE naming."Thing" (id serial PRIMARY KEY, label text UNIQUE NOT NULL);
    INSERT INTO naming."Thing" (label) VALUES ('first')`)
})

describe.each<[string, Pg['Pool'], Pg['Client']]>([
  ['pg 8.16.3 with pg-pool 3.10.1', pgPool310, pg816.Client],
  ['pg 8.16.3', pg816.Pool, pg816.Client],
  ['pg 8.20.0', pg820.Pool, pg820.Client],
  ['pg 8.21.0', pg821.Pool, pg821.Client],
  ['the newest pg', pg.Pool, pg.Client],
])('statements on %s', (_, Pool, Client) => {
  function poolOf(options: PgPoolOptions & { pipeline?: true } = {}): pg.Pool {
    const { pipeline, ...others } = options
    const { config } = pgPool(inject('databaseUrl'), { max: 1, ...others })
    const pool = new Pool({ ...config, Client, ...(pipeline && { pipeline }) })
    onTestFinished(() => pool.end())
    return pool
  }

  it('get a name the second time, and the same rows under it', async () => {
    const pool = poolOf()

    const found = []
    for (let count = 0; count < 4; count++) found.push(await find(pool))

    expect(found).toEqual(Array.from({ length: 4 }, () => [[1, 'first']]))
    expect(await namesIn(pool)).toEqual([expect.stringMatching(/^oneprisma_[\da-f]{32}_0$/)])
  })

  it('get one on every connection, as soon as one has seen them twice', async () => {
    const pool = poolOf({ max: 2 })
    await Promise.all([find(pool), find(pool)])

    await Promise.all([find(pool), find(pool)])

    const clients = await Promise.all([pool.connect(), pool.connect()])
    const [one, other] = await Promise.all(clients.map(namesIn))
    for (const client of clients) client.release()
    expect(one).toHaveLength(1)
    expect(other).toEqual(one)
  })

  it.each([
    ['raw', { text: 'SELECT label FROM naming."Thing" WHERE id = $1', values: [1] }],
    ['a string', FIND.replace('$1', '1').replace('$2', '1').replace('$3', '0')],
    ['for objects', { text: FIND, values: [1, 1, 0], rowMode: undefined }],
  ])('get none where a query is %s', async (_kind, query) => {
    const pool = poolOf({ preparedInTransactions: true })
    const config = typeof query === 'string' ? query : { rowMode: 'array', ...query }

    for (let count = 0; count < 3; count++) {
      // The pool takes what adapter-pg takes.
      await pool.query(config as pg.QueryArrayConfig)
    }

    expect(await namesIn(pool)).toEqual([])
  })

  it('keep the name that the user has generated', async () => {
    const pool = poolOf()

    for (let count = 0; count < 3; count++) await find(pool, 'mine')

    expect(await namesIn(pool)).toEqual(['mine'])
  })

  it('get none while others wait on the connection', async () => {
    const pool = poolOf({ preparedInTransactions: true })
    const client = await pool.connect()
    await find(client)

    await Promise.all([client.query('SELECT 1'), find(client), find(client)])

    expect(await namesIn(client)).toEqual([])
    client.release()
  })

  it('get none in a transaction, unless it is asked for', async () => {
    const pool = poolOf()
    const asked = poolOf({ preparedInTransactions: true })

    for (const each of [pool, asked]) {
      const client = await each.connect()
      for (const text of ['BEGIN', 'SAVEPOINT s', 'ROLLBACK TO SAVEPOINT s']) {
        await client.query({ text, values: [], rowMode: 'array' })
        await client.query({ text: 'SAVEPOINT s', values: [], rowMode: 'array' })
      }
      for (let count = 0; count < 3; count++) await find(client)
      await client.query({ text: 'COMMIT', values: [], rowMode: 'array' })
      client.release()
    }

    expect(await namesIn(pool)).toEqual([])
    expect(await namesIn(asked)).toHaveLength(1)
  })

  it('are kept up to the cap, at the server and here, and the latest of them', async () => {
    const pool = poolOf({ maxPreparedStatements: 5 })
    const lookups = Array.from({ length: 30 }, (_each, count) => count + 1)

    for (const count of lookups) {
      const some = Array(count).fill(1)
      const text = `SELECT ${COLUMNS} FROM "naming"."Thing" WHERE "naming"."Thing"."id" IN (${some.map((_one, index) => `$${index + 1}`).join(',')}) OFFSET $${count + 1}`
      const ask = () => pool.query({ text, values: [...some, 0], rowMode: 'array' })
      for (let time = 0; time < 3; time++) expect((await ask()).rows).toEqual([[1, 'first']])
      await find(pool)
    }

    const client = await pool.connect()
    const names = await namesIn(client)
    const { parsedStatements } = Object(Reflect.get(client, 'connection'))
    client.release()
    expect(names).toHaveLength(5)
    expect(Object.keys(parsedStatements).toSorted()).toEqual(names.toSorted())
    const { rows } = await pool.query<{ statement: string }>(
      'SELECT statement FROM pg_prepared_statements ORDER BY prepare_time',
    )
    // It was in use all the time, and never had to be prepared again.
    expect(rows[0]?.statement).toBe(FIND)
    expect(rows.at(-1)?.statement).toContain('$30) OFFSET $31')
  })

  it('fail as they do without a name, and only once', async () => {
    const pool = poolOf()
    const bare = poolOf({ preparedStatements: 'never' })
    const create = (on: pg.Pool, label: string): Promise<unknown> =>
      on.query({ text: CREATE, values: [label], rowMode: 'array' })
    for (const label of ['a', 'b', 'c']) await create(pool, label)

    const failures = []
    for (const each of [pool, bare]) {
      failures.push(await create(each, 'a').catch((error: unknown) => error))
    }

    const [named, unnamed] = failures
    expect(named).toMatchObject({ code: '23505', constraint: 'Thing_label_key' })
    expect({ ...(named as object) }).toEqual({ ...(unnamed as object) })
    expect(await admin.query('SELECT last_value FROM naming."Thing_id_seq"')).toMatchObject({
      rows: [{ last_value: '6' }],
    })
  })

  it('are sent again where the type of a column has changed', async () => {
    const pool = poolOf({ max: 2 })
    for (let count = 0; count < 4; count++) await Promise.all([find(pool), find(pool)])
    await admin.query('ALTER TABLE naming."Thing" ALTER label TYPE varchar(100)')

    const found = await Promise.all([find(pool), find(pool)])

    expect(found).toEqual([[[1, 'first']], [[1, 'first']]])
    expect(pool.totalCount).toBe(2)
    for (let count = 0; count < 2; count++) await find(pool)
    expect(await namesIn(pool)).toEqual([
      expect.stringMatching(/_0$/),
      expect.stringMatching(/_1$/),
    ])
  })

  it('are sent again where their names are lost, with one warning, and get none from then on', async () => {
    const pool = poolOf({ max: 2 })
    const warnings = await warningsOf(async () => {
      for (let count = 0; count < 4; count++) await Promise.all([find(pool), find(pool)])
      const clients = await Promise.all([pool.connect(), pool.connect()])
      for (const client of clients) {
        await client.query('DEALLOCATE ALL')
        client.release()
      }

      const found = await Promise.all([find(pool), find(pool)])

      expect(found).toEqual([[[1, 'first']], [[1, 'first']]])
      for (const label of ['a', 'b', 'c']) {
        await pool.query({ text: CREATE, values: [label], rowMode: 'array' })
      }
      expect(await namesIn(pool)).toEqual([])
    })

    expect(warnings).toEqual(['ONEPRISMA_STATEMENTS_UNNAMED'])
  })

  it('are sent again where somebody has taken their names', async () => {
    const first = poolOf()
    for (let count = 0; count < 2; count++) await find(first)
    const [name = ''] = await namesIn(first)
    const pool = poolOf()
    await pool.query(`PREPARE "${name}" AS SELECT 'of another program'`)

    const warnings = await warningsOf(async () => {
      for (let count = 0; count < 3; count++) expect(await find(pool)).toEqual([[1, 'first']])
    })

    expect(warnings).toEqual(['ONEPRISMA_STATEMENTS_UNNAMED'])
  })

  it.each(['26000', '42P05', '0A000'])(
    'are not sent again where a function that they call has failed with %s',
    async (code) => {
      await admin.query(`
        CREATE OR REPLACE FUNCTION naming.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM nextval('naming."Thing_id_seq"');
          RAISE EXCEPTION 'refused' USING ERRCODE = '${code}';
        END $$;`)
      const pool = poolOf()
      for (const label of ['a', 'b']) {
        await pool.query({ text: CREATE, values: [label], rowMode: 'array' })
      }
      await admin.query(`
        CREATE TRIGGER refuse BEFORE INSERT ON naming."Thing" EXECUTE FUNCTION naming.refuse();
        SELECT setval('naming."Thing_id_seq"', 100);`)

      const warnings = await warningsOf(async () => {
        const failed = pool.query({ text: CREATE, values: ['c'], rowMode: 'array' })
        await expect(failed).rejects.toMatchObject({ code, message: 'refused' })
      })

      expect(await admin.query('SELECT last_value FROM naming."Thing_id_seq"')).toMatchObject({
        rows: [{ last_value: '101' }],
      })
      expect(warnings).toEqual([])
    },
  )

  it('fail a transaction whose columns have changed, where they are named there, and no later one', async () => {
    const pool = poolOf({ preparedInTransactions: true })
    for (let count = 0; count < 3; count++) await find(pool)
    const client = await pool.connect()
    await client.query('BEGIN')
    await admin.query('ALTER TABLE naming."Thing" ALTER label TYPE varchar(100)')

    await expect(find(client)).rejects.toMatchObject({ code: '0A000' })
    await expect(find(client)).rejects.toMatchObject({ code: '25P02' })
    await client.query('ROLLBACK')

    for (let count = 0; count < 3; count++) {
      await client.query('BEGIN')
      expect(await find(client)).toEqual([[1, 'first']])
      await client.query('COMMIT')
    }
    expect(await namesIn(client)).toContainEqual(expect.stringMatching(/_1$/))
    client.release()
  })

  it('are given up in time under a name too', async () => {
    const pool = poolOf({ queryTimeoutMs: 500 })
    for (let count = 0; count < 3; count++) await find(pool)
    await admin.query('BEGIN; LOCK TABLE naming."Thing"')

    try {
      await expect(find(pool)).rejects.toThrow('Query read timeout')
    } finally {
      await admin.query('ROLLBACK')
    }

    expect(await find(pool)).toEqual([[1, 'first']])
  })

  it('get none on connections that send several at once', async () => {
    const pool = poolOf({ pipeline: true })
    const client = await pool.connect()
    const isPipelined = Reflect.get(client, 'pipeline')
    client.release()

    for (let count = 0; count < 3; count++) expect(await find(pool)).toEqual([[1, 'first']])

    expect(await namesIn(pool)).toHaveLength(isPipelined ? 0 : 1)
  })
})

async function find(on: pg.Pool | pg.ClientBase, name?: string): Promise<unknown[]> {
  const { rows } = await on.query({
    ...(name !== undefined && { name }),
    text: FIND,
    values: [1, 1, 0],
    rowMode: 'array',
  })
  return rows
}

/** The names that the server knows on a connection, in the order in which it got them. */
async function namesIn(on: pg.Pool | pg.ClientBase): Promise<string[]> {
  const { rows } = await on.query<{ name: string }>(
    'SELECT name FROM pg_prepared_statements ORDER BY prepare_time',
  )
  return rows.map((row) => row.name)
}

/** The codes of the warnings that are emitted while something runs. */
async function warningsOf(run: () => Promise<void>): Promise<unknown[]> {
  const codes: unknown[] = []
  const listen = (warning: Error): void => {
    if (warning.name === 'OnePrismaWarning') codes.push(Reflect.get(warning, 'code'))
  }
  process.on('warning', listen)
  try {
    await run()
    // Warnings are emitted in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('warning', listen)
  }
  return codes
}
