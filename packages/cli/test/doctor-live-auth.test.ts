import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  changed,
  findingOf,
  findingsOf,
  startDoctorServer,
  type DoctorServer,
} from './doctor-server.ts'

const CODE = 'AUTH_INDEX_NOT_IN_DATABASE'

let server: DoctorServer

beforeAll(async () => {
  server = await startDoctorServer()
})

afterAll(() => server.stop())

afterEach(async () => {
  await server.sql('DROP SCHEMA public CASCADE')
  await server.sql('CREATE SCHEMA public')
})

describe('checkServer on the tables of Auth.js', () => {
  it('finds accounts without an index on the user, with size and exact change', async () => {
    await server.sql(
      'CREATE TABLE "Account" (id text PRIMARY KEY, "userId" text, provider text, "providerAccountId" text, UNIQUE (provider, "providerAccountId"))',
    )
    await server.sql(
      `INSERT INTO "Account" SELECT n, n, 'github', n FROM generate_series(1, 5000) AS n`,
    )
    await server.sql('ANALYZE "Account"')

    const finding = await findingOf(CODE, { url: server.url })

    expect(finding.evidence).toMatchObject({
      schema: 'public',
      table: 'Account',
      columns: 'userId',
      estimatedRows: 5_000,
    })
    expect(finding.message).toContain('about 5000 rows, ')
    expect(finding.change).toContain('`@@index([userId])`')
    expect(finding.change).toContain(
      '`CREATE INDEX CONCURRENTLY IF NOT EXISTS "Account_userId_idx" ON "public"."Account" ("userId")`',
    )
  })

  it('is clean with the index that it has proposed', async () => {
    await server.sql(
      'CREATE TABLE "Session" (id text PRIMARY KEY, "sessionToken" text UNIQUE, "userId" text)',
    )
    const finding = await findingOf(CODE, { url: server.url })
    const [, statement = ''] = /`(CREATE INDEX [^`]+)`/.exec(finding.change) ?? []

    await server.sql(statement)

    expect(await findingsOf(CODE, { url: server.url })).toEqual([])
  })

  it('knows the tables by their columns, whatever they are called', async () => {
    await server.sql('CREATE TABLE logins (session_token text, user_id int)')

    const finding = await findingOf(CODE, { url: server.url })

    expect(finding.evidence).toMatchObject({ table: 'logins', columns: 'user_id' })
  })

  it.each([
    ['has only some rows', 'CREATE INDEX ON logins (user_id) WHERE user_id > 10'],
    ['begins with another column', 'CREATE INDEX ON logins (session_token, user_id)'],
    ['only includes the column', 'CREATE INDEX ON logins (session_token) INCLUDE (user_id)'],
  ])('is not content with an index that %s', async (_, statement) => {
    await server.sql('CREATE TABLE logins (session_token text, user_id int)')
    await server.sql(statement)

    expect(await findingsOf(CODE, { url: server.url })).toHaveLength(1)
  })

  it('is not content with an index whose building has failed', async () => {
    await server.sql('CREATE TABLE logins (session_token text, user_id int)')
    await server.sql('INSERT INTO logins (user_id) VALUES (1), (1)')
    await server.sql('CREATE UNIQUE INDEX CONCURRENTLY broken ON logins (user_id)').catch(() => {})

    expect(await findingsOf(CODE, { url: server.url })).toHaveLength(1)
  })

  it('is content with an index that begins with the column and has more', async () => {
    await server.sql('CREATE TABLE logins (session_token text, user_id int)')
    await server.sql('CREATE INDEX ON logins (user_id, session_token)')

    expect(await findingsOf(CODE, { url: server.url })).toEqual([])
  })

  it('looks in the schema that the URL names', async () => {
    await server.sql('CREATE SCHEMA auth')
    await server.sql('CREATE TABLE auth.logins (session_token text, user_id int)')

    const elsewhere = await findingsOf(CODE, { url: server.url })
    const there = await findingOf(CODE, {
      url: changed(server.url, { parameters: { schema: 'auth' } }),
    })
    await server.sql('DROP SCHEMA auth CASCADE')

    expect(elsewhere).toEqual([])
    expect(there.evidence).toMatchObject({ schema: 'auth' })
  })

  it('looks for what the schema of the code says, too', async () => {
    await server.sql('CREATE TABLE tokens (identifier text, token text)')
    await server.sql('CREATE INDEX ON tokens (token) INCLUDE (identifier)')
    const facts = {
      pools: [],
      authLookups: [
        { model: 'VerificationToken', table: 'tokens', columns: ['identifier', 'token'] },
      ],
    }

    const finding = await findingOf(CODE, { url: server.url, facts })
    await server.sql('CREATE UNIQUE INDEX ON tokens (token, identifier)')

    expect(finding.evidence).toMatchObject({ columns: 'identifier, token' })
    expect(await findingsOf(CODE, { url: server.url, facts })).toEqual([])
  })

  it('says one thing once, where code and columns tell the same', async () => {
    await server.sql('CREATE TABLE "Session" ("sessionToken" text, "userId" text)')
    const facts = {
      pools: [],
      authLookups: [{ model: 'Session', table: 'Session', columns: ['userId'] }],
    }

    expect(await findingsOf(CODE, { url: server.url, facts })).toHaveLength(1)
  })

  it('says nothing of tables that only have a user', async () => {
    await server.sql('CREATE TABLE orders (id int, user_id int)')

    expect(await findingsOf(CODE, { url: server.url })).toEqual([])
  })
})
