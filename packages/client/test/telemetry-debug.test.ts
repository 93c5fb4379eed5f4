import { randomBytes } from 'node:crypto'
import pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'
import { telemetry } from '../src/telemetry.ts'
import { ChildProgram, type Ending } from './child-program.ts'
import { forgetSharedClients } from './fake-client.ts'

const VERSIONS = ['6-16', '6-19', '7-0', '7-10']
const secret = randomBytes(12).toString('hex')
const admin = new pg.Client(inject('databaseUrl'))

beforeAll(async () => {
  await admin.connect()
  await admin.query(
    'CREATE SCHEMA debug_test; CREATE TABLE debug_test."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => {
  await admin.query('DROP SCHEMA debug_test CASCADE')
  await admin.end()
})

async function run(
  env: NodeJS.Dict<string>,
  { version = '7-10', loads = 'before' } = {},
): Promise<Ending> {
  await admin.query('TRUNCATE debug_test."Item"')
  const url = `${inject('databaseUrl')}?schema=debug_test`
  await using program = new ChildProgram('telemetry-debug.ts', [version, loads, secret], {
    DATABASE_URL: url,
    ...env,
  })
  const ending = await program.ending()
  expect(ending).toMatchObject({ code: 0 })
  expect(ending.stdout).toContain('outcomes rejected,rejected,rejected,rejected')
  return ending
}

describe('DEBUG in production', () => {
  it.each([
    ...VERSIONS.map((version) => ['*', version]),
    ...VERSIONS.map((version) => ['express:*,prisma:client*', version]),
    ['prisma:*', '7-10'],
    ['prisma:driver-adapter*', '7-10'],
    ['pg', '7-10'],
  ])('prints no parameter for %s with Prisma %s', async (DEBUG, version) => {
    const { stdout, stderr } = await run({ DEBUG, NODE_ENV: 'production' }, { version })

    expect(stdout + stderr).not.toContain(secret)
    expect(stderr).toContain('[ONEPRISMA_DEBUG_PARAMETERS]')
  })

  it('prints no parameter in colours', async () => {
    const { stderr } = await run({ DEBUG: '*', NODE_ENV: 'production', FORCE_COLOR: '1' })

    expect(stderr).toContain('express:application')
    expect(stderr).not.toContain(secret)
  })

  it('leaves the output of other packages alone, and what Prisma warns of', async () => {
    const { stderr } = await run({ DEBUG: '*', NODE_ENV: 'production' })

    expect(stderr).toContain('express:application')
    expect(stderr).toContain('prisma:warn from Prisma itself')
    expect(stderr).not.toContain('prisma:client')
  })

  it('turns off what is loaded later before it reaches the console', async () => {
    const { stderr } = await run({ DEBUG: '*', NODE_ENV: 'production' }, { loads: 'after' })

    expect(stderr).toContain('express:application')
    expect(stderr).not.toContain(secret)
  })

  it.each(['express:*', '*,-prisma:*', 'app,http'])('says nothing of %s', async (DEBUG) => {
    const { stderr } = await run({ DEBUG, NODE_ENV: 'production' })

    expect(stderr).not.toContain('ONEPRISMA_DEBUG_PARAMETERS')
    expect(stderr).not.toContain(secret)
  })

  it('lets Prisma print in production where that is asked for by name', async () => {
    const env = { DEBUG: '*', NODE_ENV: 'production', ONEPRISMA_DEBUG_PARAMETERS: '1' }
    const { stderr } = await run(env)

    expect(stderr).toContain(secret)
    expect(stderr).not.toContain('[ONEPRISMA_DEBUG_PARAMETERS]')
  })

  it('warns in development, and lets Prisma print', async () => {
    const { stderr } = await run({ DEBUG: 'prisma:*', NODE_ENV: 'development' })

    expect(stderr).toContain(secret)
    expect(stderr.match(/\[ONEPRISMA_DEBUG_PARAMETERS\]/g)).toHaveLength(1)
  })
})

describe('guardDebugOutput', () => {
  const environment = { ...process.env }
  // oxlint-disable-next-line typescript/unbound-method -- It is put back, never called.
  const { warn } = console
  const host: typeof globalThis & { DEBUG?: unknown } = globalThis
  const { DEBUG } = host

  beforeEach(() => {
    forgetSharedClients()
    delete host.DEBUG
    vi.spyOn(process, 'emitWarning').mockReturnValue()
  })
  afterEach(() => {
    process.env = { ...environment }
    console.warn = warn
    host.DEBUG = DEBUG
    vi.restoreAllMocks()
  })

  const guard = (env: NodeJS.Dict<string>): void => {
    process.env = { ...environment, ...env }
    telemetry({ log: false }).tap('debugged')
  }

  it('drops lines of Prisma, and hands on any other', () => {
    const lines: unknown[][] = []
    console.warn = (...words) => lines.push(words)
    guard({ DEBUG: 'prisma:client', NODE_ENV: 'production' })

    console.warn('prisma:client:clientEngine sending', 'a value')
    console.warn('\u001B[31m\u001B[1mprisma:driver-adapter:pg\u001B[22m\u001B[39m %O', 'a value')
    console.warn('prisma:warn of Prisma', 1)
    console.warn(new Error('of the user'))

    expect(lines).toEqual([['prisma:warn of Prisma', 1], [new Error('of the user')]])
    expect(host.DEBUG).toBe('prisma:client,-prisma*')
  })

  it('looks once a process', () => {
    guard({ DEBUG: '*', NODE_ENV: 'production' })
    const guarded = console.warn

    guard({ DEBUG: '*', NODE_ENV: 'production' })

    expect(console.warn).toBe(guarded)
    expect(process.emitWarning).toHaveBeenCalledOnce()
  })

  it('leaves what a program has on `globalThis` under this name', () => {
    host.DEBUG = true

    guard({ DEBUG: '*', NODE_ENV: 'production' })

    expect(host.DEBUG).toBe(true)
  })
})
