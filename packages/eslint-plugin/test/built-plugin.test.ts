import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type plugin from '../src/plugin.d.ts'
import { buildInto } from './build.ts'
import { EXPECTED, PROJECT, read, write } from './project.ts'
import { binOf, runEslint, runOxlint, type Finding } from './run-linters.ts'

const modules = new URL('../../../node_modules', import.meta.url)

let folder: string
let project: string
let built: typeof plugin

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'oneprisma-plugin-')))
  project = join(folder, 'project')
  buildInto(join(folder, 'plugin'))
  write(project, PROJECT)
  // What is built is what its declaration says; that they agree is tested below.
  const module = (await import(pathToFileURL(join(folder, 'plugin/index.js')).href)) as {
    default: typeof plugin
  }
  built = module.default
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the built plugin', () => {
  it('carries the version of the package', () => {
    const root = fileURLToPath(new URL('..', import.meta.url))
    const manifest: unknown = JSON.parse(read(root, 'package.json'))

    expect(manifest).toMatchObject(built.meta)
  })

  it('imports nothing but what Node.js has', () => {
    const text = read(folder, 'plugin/index.js')
    const sources = [...text.matchAll(/^import .* from "(.*)";$|\brequire\("(.*)"\)/gm)]

    expect(new Set(sources.map(([, source, required]) => source ?? required))).toEqual(
      new Set(['node:path']),
    )
  })

  it('has the types that its declaration promises, for consumers without `skipLibCheck`', () => {
    const consumer = join(folder, 'plugin/consumer.ts')
    writeFileSync(
      consumer,
      `import { defineConfig } from 'eslint/config'
import oneprisma, { type OneprismaSettings, type RuleName } from './index.js'
const settings: OneprismaSettings = { sharedModule: '@/lib/prisma', sharedModules: ['@acme/*'] }
const name: RuleName = 'no-client-per-request'
export const rule = oneprisma.rules[name]
// @ts-expect-error: there is no such rule.
export const other = oneprisma.rules['no-client']
export default defineConfig([oneprisma.configs.recommended, { settings: { oneprisma: settings } }])
`,
    )
    writeFileSync(
      join(folder, 'plugin/tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2023',
          types: [],
        },
        files: ['consumer.ts'],
      }),
    )

    symlinkSync(fileURLToPath(modules), join(folder, 'plugin/node_modules'), 'junction')

    const { stdout, status } = spawnSync(
      process.execPath,
      [binOf('typescript', 'bin/tsc'), '-p', join(folder, 'plugin')],
      { encoding: 'utf8' },
    )

    expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  })

  it('finds under ESLint what is to be found', async () => {
    const findings = await byEslint(project)

    expect(findings.map(({ place }) => place)).toEqual(EXPECTED)
  })

  it('finds the same under oxlint, in the same words', async () => {
    const [ours, theirs] = [byOxlint(project), await byEslint(project)]

    expect(ours).toEqual(theirs)
  })

  it('makes the same changes by suggestions of oxlint, and then finds no more there', async () => {
    const copy = join(folder, 'suggested')
    cpSync(project, copy, { recursive: true })

    byOxlint(copy, '--fix-suggestions')

    expect(read(copy, 'app/api/users/route.ts')).toBe(`import { prisma as db } from '@/lib/prisma'

export async function GET(): Promise<Response> {
  return Response.json(await db.user.findMany())
}
`)
    expect(read(copy, 'app/api/orders/route.ts')).toContain('  await prisma.order.create')
    expect(read(copy, 'app/api/orders/route.ts')).not.toContain('$disconnect')
    const left = await byEslint(copy)
    expect(left.map(({ place }) => place)).not.toContainEqual(
      expect.stringMatching(/^app\/api\/(?:users|orders)/),
    )
  })

  it('says which setting is wrong', async () => {
    const wrong = { oneprisma: { sharedModules: '@/lib/prisma' } }

    await expect(byEslint(project, wrong)).rejects.toThrow(
      'Expected the setting `oneprisma.sharedModules` to be a list of texts, got "@/lib/prisma" (string).',
    )
  })
})

function byEslint(cwd: string, settings?: object): Promise<readonly Finding[]> {
  return runEslint(built, cwd, settings)
}

function byOxlint(cwd: string, ...options: readonly string[]): readonly Finding[] {
  return runOxlint(join(folder, 'plugin/index.js'), built, cwd, options)
}
