import { randomBytes, randomInt } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { ChildProgram } from './child-program.ts'

// In every secret: arguments, literals, what errors say, the user and password of the database.
const token = `s${randomBytes(8).toString('hex')}`
const number = String(randomInt(1_000_000_000, 2_000_000_000))
// How Prisma's messages show the call, and the code around it.
const CODE = [' invocation', '→']

// Where a connection breaks, the code depends on who hears of it first.
const fails = expect.not.stringContaining('succeeds')

const OUTCOMES = {
  create: 'succeeds',
  filters: 'succeeds',
  'nested writes': 'succeeds',
  'nested writes that fail': 'P2002',
  'unique violation': 'P2002',
  batch: 'P2002',
  'unknown argument': 'fails',
  'wrong type': 'fails',
  'missing row': 'P2025',
  'missing row to change': 'P2025',
  'foreign key': 'P2003',
  'raw with parameters': 'succeeds',
  'raw with literals': 'P2010',
  'raw with a comment': 'succeeds',
  'raw with a syntax error': 'P2010',
  'bad cast': 'P2010',
  'bad cast of a literal': 'P2010',
  'an error that the database raises': 'P2010',
  'statement timeout': 'P2010',
  'killed backend': fails,
  'killed backend in a transaction': fails,
  'failing transaction': 'VOUCHER',
  'no error at all': 'fails',
  'transaction timeout': 'P2028',
  'held transaction': 'succeeds',
  extension: 'fails',
  'pool timeout': 'fails',
  'wrong password': 'P1000',
  'wrong host': 'P1001',
  'no database': 'P1003',
  'closed port, with retries': 'P1001',
  'closed port, in a transaction': 'P1001',
  'a client that cannot be created': 'CREATE_FAILED',
}

// Whose errors have the secret in them, in every format.
const TEMPTING = [
  'unknown argument',
  'wrong type',
  'bad cast',
  'bad cast of a literal',
  'an error that the database raises',
  'failing transaction',
  'no error at all',
  'extension',
  'wrong password',
  'wrong host',
  'no database',
  'a client that cannot be created',
]

const RECORDS = [
  'query.slow',
  'query.ended',
  'operation.failed',
  'transaction.held',
  'transaction.returned',
  'retry',
  'connection.timeout',
  'connection.lost',
]

// In lines of JSON and in lines for people.
const FIELDS = [
  /request_id"?[:=]"?request-1/,
  /user"?[:=]"?user-1/,
  /error_code"?[:=]"?P2002/,
  /db\.response\.status_code"?[:=]"?22P02/,
]

const TOLD = [
  "comment /*app='shop',release='r1',request_id='request-1'",
  'The callback `query.ended` failed with Error',
  'The callback `operation.ended` failed with Error',
  'The callback `onRetry` failed with Error',
]

interface Walked {
  readonly path: string
  readonly outcome: string
  readonly hasSecret: boolean
  readonly hasCode: boolean
}

interface Printed {
  readonly output: string
  readonly paths: readonly Walked[]
}

const admin = new pg.Client(inject('databaseUrl'))
const user = `${token}user`
const password = `${token}password`

beforeAll(async () => {
  await admin.connect()
  await admin.query(`
    SET password_encryption = 'scram-sha-256';
    CREATE ROLE ${user} LOGIN PASSWORD '${password}';
    CREATE SCHEMA secrets_test AUTHORIZATION ${user};
    SET ROLE ${user};
    CREATE TABLE secrets_test."Item" (
      id serial PRIMARY KEY, label text UNIQUE NOT NULL,
      "parentId" int REFERENCES secrets_test."Item"
    );
    RESET ROLE`)
})
afterAll(async () => {
  await admin.query(`DROP SCHEMA secrets_test CASCADE; DROP ROLE ${user}`)
  await admin.end()
})
beforeEach(async () => {
  await admin.query('TRUNCATE secrets_test."Item"')
})

async function walk(
  NODE_ENV: string,
  logger: string,
  format: string,
  leaks = '',
): Promise<Printed> {
  const url = new URL(inject('databaseUrl'))
  url.username = user
  url.password = password
  url.searchParams.set('schema', 'secrets_test')
  await using program = new ChildProgram(
    'telemetry-secrets.ts',
    [token, number, logger, format, leaks],
    { DATABASE_URL: url.href, NODE_ENV },
  )
  const { stdout, stderr, ...ending } = await program.ending()
  expect({ ...ending, stderr }).toMatchObject({ code: 0 })
  const paths = stdout.split('\n').filter((line) => line.startsWith('path '))
  return {
    output: stdout + stderr,
    // The program writes what the type says.
    paths: paths.map((line) => JSON.parse(line.slice(5)) as Walked),
  }
}

/** The lines that must not be there, cut to what can be read. */
function leaksIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => [token, number, ...CODE].some((word) => line.includes(word)))
    .map((line) => line.slice(0, 500))
}

describe('telemetry', () => {
  it.each([
    ['production', 'own', 'default', '"msg":"%"'],
    ['production', 'own', 'pretty', '"msg":"%"'],
    ['production', 'pino', 'default', '"msg":"%"'],
    ['development', 'own', 'default', ' % client='],
    ['development', 'own', 'pretty', ' % client='],
    ['development', 'pino', 'pretty', '"msg":"%"'],
  ])(
    'tells and keeps no secret in %s, with the %s logger and errors in format %s',
    async (environment, logger, format, line) => {
      const { output, paths } = await walk(environment, logger, format)

      expect(leaksIn(output)).toEqual([])
      // All of that has happened, and was told.
      expect(Object.fromEntries(paths.map(({ path, outcome }) => [path, outcome]))).toEqual(
        OUTCOMES,
      )
      const tempting = paths.filter(({ hasSecret }) => hasSecret).map(({ path }) => path)
      expect(tempting).toEqual(expect.arrayContaining(TEMPTING))
      expect(paths.some(({ hasCode }) => hasCode)).toBe(true)
      const logged = RECORDS.map((name) => line.replace('%', name))
      for (const record of [...logged, ...TOLD]) expect(output).toContain(record)
      for (const field of FIELDS) expect(output).toMatch(field)
    },
  )

  it('would be seen to leak', async () => {
    const { output } = await walk('development', 'own', 'pretty', 'leaks')

    const leaks = leaksIn(output).join('\n')
    for (const word of [token, number, ...CODE]) expect(leaks).toContain(word)
  })
})
