import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OnePrismaError, sharePrisma } from '../src/index.ts'
import { subscribe, telemetry, type ErrorRecord } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'

beforeEach(forgetSharedClients)
afterEach(forgetSharedClients)

/** What is told of an operation that fails with this. */
async function toldOf(failure: unknown): Promise<ErrorRecord | undefined> {
  let told: ErrorRecord | undefined
  subscribe('operation.failed', ({ error }) => {
    told = error
  })
  const prisma = sharePrisma(() => ({ $queryRaw: () => Promise.reject(failure) }), {
    telemetry: telemetry({ log: false }),
  })
  await expect(prisma.$queryRaw()).rejects.toBe(failure)
  return told
}

const failed = (members: object): Error => Object.assign(new Error('a value'), members)
const adapter = (originalCode: unknown): object => ({ cause: { originalCode } })

describe('the record of an error', () => {
  it.each([
    ['Prisma', failed({ code: 'P2025' }), 'P2025', undefined],
    [
      'Prisma and the database',
      failed({ code: 'P2010', meta: { driverAdapterError: adapter('22P02') } }),
      'P2010',
      '22P02',
    ],
    ['a driver adapter', failed(adapter('23505')), '23505', '23505'],
    ['a driver adapter for MariaDB', failed(adapter('1062')), '1062', '1062'],
    ['a driver adapter for SQLite', failed(adapter(2067)), '2067', '2067'],
    ['pg', failed({ code: '57P01', severity: 'FATAL' }), '57P01', undefined],
    ['a socket', failed({ code: 'ECONNREFUSED', errno: -111 }), 'ECONNREFUSED', undefined],
    ['this package', new OnePrismaError('DRAINED', 'It drains.'), 'DRAINED', undefined],
  ])('has the codes of %s', async (_, error, code, databaseCode) => {
    expect(await toldOf(error)).toMatchObject({ code, databaseCode })
  })

  it.each([
    ['a code of the user', failed({ code: 'SPRING24' })],
    ['a code of five letters', failed({ code: 'AB12C' })],
    ['a code that is an object', failed({ code: { value: 'a value' } })],
    ['something else than a code of the database', failed(adapter("it's a value"))],
    ['a string', 'a value'],
    ['nothing', undefined],
  ])('has no code from %s', async (_, error) => {
    expect(await toldOf(error)).toEqual({ kind: 'other', code: undefined, databaseCode: undefined })
  })
})
