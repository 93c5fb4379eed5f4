import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generatePrismaClient } from '../src/generate-prisma-client.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const MODULES = dirname(dirname(fileURLToPath(import.meta.resolve('prisma/package.json'))))
const SCHEMA = readFileSync(new URL('./fixtures/schema.prisma', import.meta.url), 'utf8')

let app: TemporaryFolder

beforeEach(() => {
  app = new TemporaryFolder()
})
afterEach(() => app[Symbol.dispose]())

describe('generatePrismaClient', () => {
  it('generates without an engine on this machine and without a way to download one', async () => {
    symlinkSync(MODULES, join(app.path, 'node_modules'))
    writeFileSync(join(app.path, 'other.prisma'), SCHEMA)

    await generatePrismaClient({ cwd: app.path, schema: 'other.prisma' })

    expect(existsSync(join(app.path, 'generated', 'client.ts'))).toBe(true)
  })

  it('reads the configuration file that it is given', async () => {
    symlinkSync(MODULES, join(app.path, 'node_modules'))
    writeFileSync(join(app.path, 'hidden.prisma'), SCHEMA)
    writeFileSync(join(app.path, 'our.config.ts'), `export default { schema: 'hidden.prisma' }\n`)

    await generatePrismaClient({ cwd: app.path, config: 'our.config.ts' })

    expect(existsSync(join(app.path, 'generated', 'client.ts'))).toBe(true)
  })

  it("fails with Prisma's own words, without a secret among them", async () => {
    symlinkSync(MODULES, join(app.path, 'node_modules'))
    const secret = `url = "postgresql://app:secret-text@localhost/app"`
    writeFileSync(
      join(app.path, 'schema.prisma'),
      SCHEMA.replace('provider = "postgresql"', secret),
    )

    const generating = generatePrismaClient({ cwd: app.path, schema: 'schema.prisma' })

    await expect(generating).rejects.toMatchObject({
      code: 'GENERATE_FAILED',
      message: expect.stringMatching(/code 1 .*\*\*\*@localhost/s),
    })
    await expect(generating).rejects.toMatchObject({
      message: expect.not.stringContaining('secret-text'),
    })
  })

  it('says what is missing where Prisma is not installed', async () => {
    await expect(generatePrismaClient({ cwd: app.path })).rejects.toMatchObject({
      code: 'PRISMA_MISSING',
    })
  })
})
