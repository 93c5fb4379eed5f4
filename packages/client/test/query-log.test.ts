import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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

describe('a transaction that is held', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('has its outcome in the log once it has ended', async () => {
    const lines: Array<readonly [string, object]> = []
    const log = (fields: object, message: string): unknown => lines.push([message, fields])
    const logger = { error: log, warn: log, info: log, debug: log }
    const prisma = sharePrisma(({ observe }) => ({ adapter: observe(emptyAdapter()) }), {
      telemetry: telemetry({ log: { level: 'error', logger }, heldTransactionMs: 1_000 }),
    })
    const connection = await prisma.adapter.connect()

    const transaction = await connection.startTransaction()
    await vi.advanceTimersByTimeAsync(1_000)
    await transaction.commit()

    expect(lines.map(([record, fields]) => [record, Reflect.get(fields, 'outcome')])).toEqual([
      ['transaction.held', undefined],
      ['transaction.returned', 'committed'],
    ])
  })
})

describe('docs/logging.md', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

  it('has every record, with the level that it takes and the method that logs it', () => {
    const source = read('../src/query-log.ts').matchAll(
      /^ {2}\['([a-z.]+)', \['(\w+)', '(\w+)'\]\],$/gm,
    )
    const rows = read('../../../docs/logging.md').matchAll(
      /^\| (?:`(\w+)`)? *\| `([a-z.]+)` *\| `(\w+)` *\|/gm,
    )

    let level = ''
    const documented = [...rows].map(([, first, name, method]) => {
      level = first ?? level
      return [name, level, method]
    })
    const logged = [...source].map(([, name, from, method]) => [name, from, method])
    expect(logged.length).toBeGreaterThan(10)
    expect(documented.toSorted(byName)).toEqual(logged.toSorted(byName))
  })
})

type Row = ReadonlyArray<string | undefined>

function byName([one = '']: Row, [other = '']: Row): number {
  return one.localeCompare(other)
}

/** An adapter whose transactions do nothing. */
function emptyAdapter() {
  const name = { provider: 'postgres', adapterName: 'empty' }
  const done = async (): Promise<void> => {}
  const queries = { ...name, queryRaw: done, executeRaw: done }
  const options = { usePhantomQuery: true }
  const startTransaction = async () => ({ ...queries, options, commit: done, rollback: done })
  const connection = { ...queries, executeScript: done, startTransaction, dispose: done }
  return { ...name, connect: async () => connection }
}
