import { beforeEach, describe, expect, it } from 'vitest'
import { sharePrisma } from '../src/index.ts'
import { telemetry } from '../src/telemetry.ts'
import { forgetSharedClients, warningsOf } from './fake-client.ts'

beforeEach(forgetSharedClients)

function share(log: () => unknown): {
  $queryRaw(): Promise<string>
} {
  const logger = { error: log, warn: log, info: log, debug: log }
  return sharePrisma(() => ({ $queryRaw: async () => 'an answer' }), {
    telemetry: telemetry({ log: { level: 'query', logger } }),
  })
}

describe('a logger of the user', () => {
  it.each([
    [
      'throws',
      () => {
        throw new RangeError('a value')
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('a value'))],
  ])('breaks no query when it %s', async (_, log) => {
    const prisma = share(log)
    let answer: string | undefined

    const [warning] = await warningsOf(async () => {
      answer = await prisma.$queryRaw()
    })

    expect(answer).toBe('an answer')
    expect(warning).toMatchObject({
      code: 'ONEPRISMA_HOOK_FAILED',
      message: 'The callback `log.logger` failed with RangeError, and was ignored.',
    })
  })
})
