import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ForgetfulNetwork } from './forgetful-network.ts'
import { FrozenFunction, type Answer, type Invocation } from './frozen-function.ts'

// The pools have the idle timeout that pg has by default.
const BEFORE_IDLE_TIMEOUT_MS = 2_000
const AFTER_IDLE_TIMEOUT_MS = 60_000

const ROUNDS = 10

const admin = new pg.Client(inject('databaseUrl'))
const network = new ForgetfulNetwork(inject('databaseUrl'))
let throughNetwork: string

beforeAll(async () => {
  await admin.connect()
  await admin.query('CREATE SCHEMA frozen_test; CREATE TABLE frozen_test.row (id text)')
  throughNetwork = await network.listen()
})
afterAll(async () => {
  await admin.query('DROP SCHEMA frozen_test CASCADE')
  await admin.end()
  await network.close()
})

function start(client: string, name: string, url = inject('databaseUrl')): Promise<FrozenFunction> {
  return FrozenFunction.start({ CLIENT: client, APPLICATION_NAME: name, DATABASE_URL: url })
}

const SESSIONS = 'FROM pg_stat_activity WHERE application_name = $1'

async function sessions(name: string): Promise<number> {
  const { rowCount } = await admin.query(`SELECT 1 ${SESSIONS}`, [name])
  return rowCount ?? 0
}

/** Ends the sessions of an application, and returns when they are gone. */
async function endSessions(name: string): Promise<void> {
  await admin.query(`SELECT pg_terminate_backend(pid, 10000) ${SESSIONS}`, [name])
}

interface Freezes {
  /** What happens to the connections while the process is frozen. */
  readonly meanwhile: () => unknown
  readonly passedMs: number
  readonly rounds?: number
  readonly isReloaded?: boolean
}

/** Freezes an instance again and again, each time with the next call waiting for it to thaw. */
async function freezeAgainAndAgain(
  instance: FrozenFunction,
  name: string,
  { meanwhile, rounds = ROUNDS, ...invocation }: Freezes,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const call = (id: string): Invocation => ({ event: { id: `${name} ${id}` }, ...invocation })
  for (let round = 1; round <= rounds; round++) {
    // oxlint-disable no-await-in-loop
    answers.push(await instance.call(call(`before ${round}`))())
    instance.freeze()
    const answered = instance.call(call(`after ${round}`))
    await meanwhile()
    instance.thaw()
    answers.push(await answered())
    // oxlint-enable no-await-in-loop
  }
  return answers
}

/** The rows that are there, which have to be the acknowledged ones, each of them once. */
async function expectNothingLostOrDoubled(name: string, answers: readonly Answer[]): Promise<void> {
  const { rows } = await admin.query<{ id: string }>(
    'SELECT id FROM frozen_test.row WHERE starts_with(id, $1)',
    [`${name} `],
  )
  const acknowledged = answers.filter(({ isWritten }) => isWritten).map(({ id }) => id)
  expect(rows.map(({ id }) => id).toSorted()).toEqual(acknowledged.toSorted())
}

const failures = (answers: readonly Answer[]) => ({
  reads: answers.filter(({ isRead }) => !isRead).length,
  writes: answers.filter(({ isWritten }) => !isWritten).length,
})

describe('a function whose sessions are ended while it is frozen', () => {
  it.each([
    ['with withSuspend', 'suspended', BEFORE_IDLE_TIMEOUT_MS],
    ['with withSuspend, after the idle timeout', 'suspended', AFTER_IDLE_TIMEOUT_MS],
    ['with withRetry around it', 'retried', BEFORE_IDLE_TIMEOUT_MS],
  ])('answers the first call, %s', async (label, client, passedMs) => {
    const name = `frozen ${label}`
    await using instance = await start(client, name)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => endSessions(name),
      passedMs,
    })

    expect(failures(answers)).toEqual({ reads: 0, writes: 0 })
    await expectNothingLostOrDoubled(name, answers)
  })

  it('fails the first call with a bare client', async () => {
    const name = 'frozen bare'
    await using instance = await start('bare', name)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => endSessions(name),
      passedMs: BEFORE_IDLE_TIMEOUT_MS,
    })

    expect(failures(answers).writes).toBeGreaterThan(0)
    await expectNothingLostOrDoubled(name, answers)
  })

  it('keeps its one client when its module is loaded anew', async () => {
    const name = 'frozen reloaded'
    await using instance = await start('suspended', name)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => endSessions(name),
      passedMs: BEFORE_IDLE_TIMEOUT_MS,
      isReloaded: true,
    })

    expect(failures(answers)).toEqual({ reads: 0, writes: 0 })
    expect(await sessions(name)).toBeLessThanOrEqual(2)
  })

  it('starts anew beside an instance that stays frozen', async () => {
    const name = 'frozen for ever'
    await using frozen = await start('suspended', name)
    await frozen.call({ event: { id: 'before' }, passedMs: 0 })()
    frozen.freeze()

    await using instance = await start('suspended', name)
    const answer = await instance.call({ event: { id: 'cold' }, passedMs: 0 })()

    expect(answer).toEqual({ id: 'cold', isWritten: true, isRead: true })
  })
})

describe('a function whose connections the network forgets while it is frozen', () => {
  it('answers the first call after the idle timeout', async () => {
    const name = 'forgotten late'
    await using instance = await start('suspended', name, throughNetwork)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => network.forget(),
      passedMs: AFTER_IDLE_TIMEOUT_MS,
    })

    expect(failures(answers)).toEqual({ reads: 0, writes: 0 })
    await expectNothingLostOrDoubled(name, answers)
  })

  it('answers reads before it with withRetry, and repeats no write', async () => {
    const name = 'forgotten early'
    await using instance = await start('retried', name, throughNetwork)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => network.forget(),
      passedMs: BEFORE_IDLE_TIMEOUT_MS,
    })

    expect(failures(answers).reads).toBe(0)
    await expectNothingLostOrDoubled(name, answers)
  })

  it('fails the first call with a bare client', async () => {
    const name = 'forgotten bare'
    await using instance = await start('bare', name, throughNetwork)

    const answers = await freezeAgainAndAgain(instance, name, {
      meanwhile: () => network.forget(),
      passedMs: AFTER_IDLE_TIMEOUT_MS,
    })

    expect(failures(answers).writes).toBeGreaterThan(0)
  })
})
