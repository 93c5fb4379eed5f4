import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sharePrisma, isOnePrismaError } from '../src/index.ts'
import { fakeClient, forgetSharedClients, warningsOf } from './fake-client.ts'
import { sharedElsewhere } from './shared-elsewhere.ts'

beforeEach(forgetSharedClients)
afterEach(() => void vi.unstubAllEnvs())

describe('the callback of sharePrisma', () => {
  it('may throw: the error names the shared client and keeps the cause, and the next use tries again', () => {
    const cause = new RangeError('postgres://user:secret@host')
    let calls = 0
    const prisma = sharePrisma(() => {
      if (calls++ === 0) throw cause
      return fakeClient('a')
    })

    const error = errorOf(() => prisma.$version)
    expect(error).toMatchObject({ code: 'CREATE_FAILED', cause })
    expect(error.message).toMatch(/"default" \(.*definition\.test\.ts:\d+:\d+\) threw RangeError/)
    expect(error.message).not.toContain('secret')
    expect(prisma.$version).toBe('a')
  })

  it.each([
    ['nothing', undefined, 'returned undefined'],
    ['null', null, 'returned null'],
    ['a string', 'client', 'returned string'],
  ])('must return a client, not %s', (_, value, said) => {
    // What TypeScript refuses, JavaScript can still do.
    const prisma = sharePrisma(() => value as unknown as { $version: string })

    const error = errorOf(() => prisma.$version)
    expect(error).toMatchObject({ code: 'CREATE_RETURNED_NOTHING' })
    expect(error.message).toContain(said)
  })

  it('must return the client itself, and a promise that it returned is not left to fail unheard', async () => {
    const prisma = sharePrisma(async () => Promise.reject(new Error('unheard')))

    const error = errorOf(() => Reflect.get(prisma, 'user'))
    expect(error).toMatchObject({ code: 'CREATE_RETURNED_PROMISE' })
    expect(error.message).toContain('Return the client itself')
    await new Promise((resolve) => setImmediate(resolve))
  })

  it('may not run in an edge runtime', () => {
    vi.stubEnv('NEXT_RUNTIME', 'edge')
    const prisma = sharePrisma(() => fakeClient('a'))

    expect(errorOf(() => prisma.$version)).toMatchObject({ code: 'UNSUPPORTED_RUNTIME' })
  })

  it('gets an `observe` that refuses what is no adapter', () => {
    const prisma = sharePrisma(({ observe }) => ({ adapter: observe({}) }))

    expect(errorOf(() => prisma.adapter)).toMatchObject({ code: 'INVALID_OPTION' })
  })
})

describe('the options of sharePrisma', () => {
  it.each([
    ['name', { name: '' }],
    ['drainTimeoutMs', { drainTimeoutMs: Number.NaN }],
    ['drainTimeoutMs', { drainTimeoutMs: Number.POSITIVE_INFINITY }],
    ['fingerprint', { fingerprint: 'schema' as never }],
  ])('are checked when they are given: %s', (option, options) => {
    expect(errorOf(() => sharePrisma(() => fakeClient('a'), options))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`\`${option}\``),
    })
  })

  it('include a callback', () => {
    expect(errorOf(() => sharePrisma(fakeClient('a') as never))).toMatchObject({
      code: 'INVALID_OPTION',
    })
  })
})

describe('a name that is used twice', () => {
  it('gets one warning that names both places when the definitions differ', async () => {
    const here = sharePrisma(() => fakeClient('a', 'here'))
    const [elsewhere, reloaded] = [sharedElsewhere('a'), sharedElsewhere('a')]

    const warnings = await warningsOf(() => {
      expect(here.$version).toBe('here')
      expect(elsewhere.$version).toBe('here')
      expect(elsewhere.$version).toBe('here')
      expect(reloaded.$version).toBe('here')
    })

    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({ code: 'ONEPRISMA_DUPLICATE_DEFINITION' })
    expect(warnings[0]?.message).toMatch(
      /definition\.test\.ts:\d+:\d+ and.* at .*shared-elsewhere\.ts:\d+/,
    )
  })

  it('gets none when the module is only evaluated again', async () => {
    const define = (label: string) => sharePrisma(() => fakeClient('a', label))
    const [first, again] = [define('first'), define('again')]

    const warnings = await warningsOf(() => [first.$version, again.$version])

    expect(warnings).toEqual([])
  })

  it('gets none when the callback was edited in its file', async () => {
    const first = sharePrisma(() => fakeClient('a'))
    const edited = sharePrisma(() => fakeClient('a', 'edited'))

    expect(await warningsOf(() => [first.$version, edited.$version])).toEqual([])
  })

  it('is compared once for each evaluation of the module', () => {
    let built = 0
    const define = () => sharePrisma(() => fakeClient('a', String(++built)))
    const [first, again] = [define(), define()]

    expect([first.$version, again.$version, again.$version, first.$version]).toEqual(
      Array(4).fill('1'),
    )
    expect(built).toBe(2)
  })

  it('is refused when the schemas differ: neither gets the client of the other', () => {
    const here = sharePrisma(() => fakeClient('a', 'here'))
    expect(here.$version).toBe('here')

    const error = errorOf(() => sharedElsewhere('b').$version)
    expect(error).toMatchObject({ code: 'NAME_CONFLICT' })
    expect(error.message).toMatch(/definition\.test\.ts.*shared-elsewhere\.ts.*its own name/)
    expect(here.$version).toBe('here')
  })

  it('is refused in production too, where no schema can be new', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const one = sharePrisma(() => fakeClient('a'))
    const other = sharePrisma(() => fakeClient('b'))
    expect(one.$version).toBe('a')

    expect(errorOf(() => other.$version)).toMatchObject({ code: 'NAME_CONFLICT' })
    expect(errorOf(() => other.$version)).toMatchObject({ code: 'NAME_CONFLICT' })
  })
})

function errorOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    if (isOnePrismaError(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
