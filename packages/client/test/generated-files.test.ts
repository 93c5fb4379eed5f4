import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sharePrisma, status } from '../src/index.ts'
import { fakeClient, forgetSharedClients, warningsOf } from './fake-client.ts'

let root: string
let clock: number
let writes: number

beforeEach(() => {
  forgetSharedClients()
  root = mkdtempSync(join(tmpdir(), 'oneprisma-generated-'))
  writes = 0
  clock = 1_000
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
})
afterEach(() => {
  vi.restoreAllMocks()
  Reflect.deleteProperty(globalThis, '__dirname')
  rmSync(root, { recursive: true })
})

const schemaOf = (model: string): string =>
  `generator client {\n  provider = "prisma-client"\n  output   = "../generated"\n}\n\nmodel ${model} {\n  id Int @id\n}\n`

/** Writes what a generator writes, with a later time of change than before. */
function generate(file: string, schema: string): void {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  const isTypeScript = path.endsWith('.ts')
  writeFileSync(path, isTypeScript ? `"inlineSchema": ${JSON.stringify(schema)},\n` : schema)
  utimesSync(path, new Date(), new Date(1_700_000_000_000 + ++writes * 1_000))
}

describe('a client that was generated anew', () => {
  it('is announced within one use where nothing can load it: prisma-client-js', async () => {
    const file = 'node_modules/.prisma/client/schema.prisma'
    generate(file, schemaOf('A'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version

    const warnings = await warningsOf(() => {
      clock += 200
      generate(file, schemaOf('B'))
      void prisma.$disconnect
      void prisma.$slow
      clock += 200
      void prisma.user
      void prisma.closed
    })

    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({ code: 'ONEPRISMA_STALE_CLIENT' })
    expect(warnings[0]?.message).toContain('Restart the dev server')
  })

  it('gets a moment to be bundled before it is announced: prisma-client', async () => {
    generate('generated/internal/class.ts', schemaOf('A'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version
    generate('generated/internal/class.ts', schemaOf('B'))

    const early = await warningsOf(() => {
      clock += 200
      void prisma.user
    })
    const late = await warningsOf(() => {
      clock += 3_000
      void prisma.closed
    })

    expect(early).toEqual([])
    expect(late).toMatchObject([{ code: 'ONEPRISMA_STALE_CLIENT' }])
  })

  it('is announced at once when a bundler evaluates an older one again', async () => {
    generate('generated/internal/class.ts', schemaOf('A'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version
    clock += 200
    generate('generated/internal/class.ts', schemaOf('B'))
    void sharePrisma(() => fakeClient(schemaOf('B'))).$version
    clock += 200
    generate('generated/internal/class.ts', schemaOf('C'))

    const warnings = await warningsOf(() => {
      clock += 200
      void sharePrisma(() => fakeClient(schemaOf('A'))).$version
    })

    expect(warnings).toMatchObject([{ code: 'ONEPRISMA_STALE_CLIENT' }])
    expect(status(prisma).generation).toBe(2)
  })

  it('is no news while a stale module is evaluated and the client in use is fresh', async () => {
    generate('generated/internal/class.ts', schemaOf('A'))
    void sharePrisma(() => fakeClient(schemaOf('A'))).$version
    clock += 200
    generate('generated/internal/class.ts', schemaOf('B'))
    void sharePrisma(() => fakeClient(schemaOf('B'))).$version

    const warnings = await warningsOf(() => {
      clock += 5_000
      void sharePrisma(() => fakeClient(schemaOf('A'))).$version
    })

    expect(warnings).toEqual([])
  })

  it('is taken although its schema was used before, if it is the one on disk', async () => {
    generate('generated/internal/class.ts', schemaOf('A'))
    void sharePrisma(() => fakeClient(schemaOf('A'))).$version
    clock += 200
    generate('generated/internal/class.ts', schemaOf('B'))
    void sharePrisma(() => fakeClient(schemaOf('B'))).$version
    clock += 200
    generate('generated/internal/class.ts', schemaOf('A'))
    clock += 200

    const reverted = sharePrisma(() => fakeClient(schemaOf('A')))

    expect(await reverted.user.findMany()).toEqual([schemaOf('A')])
    expect(status(reverted).generation).toBe(3)
  })

  it('is found where the generated code says that it lies', async () => {
    generate('elsewhere/internal/class.ts', schemaOf('A'))
    Reflect.set(globalThis, '__dirname', join(root, 'elsewhere'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version
    generate('elsewhere/internal/class.ts', schemaOf('B'))

    const warnings = await warningsOf(() => {
      clock += 200
      void prisma.user
      clock += 3_000
      void prisma.closed
    })

    expect(warnings).toHaveLength(1)
  })

  it('is not looked for in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    generate('node_modules/.prisma/client/schema.prisma', schemaOf('A'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version
    generate('node_modules/.prisma/client/schema.prisma', schemaOf('B'))

    const warnings = await warningsOf(() => {
      clock += 5_000
      void prisma.user
    })

    expect(warnings).toEqual([])
    vi.unstubAllEnvs()
  })

  it('says nothing of files that never held the schema in use', async () => {
    generate('generated/internal/class.ts', schemaOf('Other'))
    const prisma = sharePrisma(() => fakeClient(schemaOf('A')))
    void prisma.$version

    const warnings = await warningsOf(() => {
      clock += 5_000
      void prisma.user
    })

    expect(warnings).toEqual([])
  })
})
