import { describe, expect, it } from 'vitest'
import { planAdoption } from '../src/migrate/plan-init.ts'
import { planMigration } from '../src/migrate/plan-migration.ts'
import { listFiles } from '../src/project/file-list.ts'
import type { Project } from '../src/project/project.ts'
import { readProject } from '../src/project/read-project.ts'
import type { Note } from '../src/report/finding.ts'
import { scan, type Scan } from '../src/scan/scan.ts'
import { plant } from './project-fixture.ts'

const EAGER = `import { PrismaClient } from '@prisma/client'
export const prisma = new PrismaClient()
export default prisma
`
const LAZY = `import { sharePrisma } from '@oneprisma/client'
import { PrismaClient } from '@prisma/client'
export const prisma = sharePrisma(() => new PrismaClient())
export default prisma
`
const PAGE = `import { prisma } from '../lib/prisma'
export default () => prisma.user.count()
`
const COMMON_JS = `const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()
module.exports = prisma
`
const COMMON_JS_PAGE = `const prisma = require('../lib/prisma')
module.exports = () => prisma.user.count()
`

async function open(shared: string, module: string): Promise<[Project, Scan]> {
  const isEsm = shared.startsWith('import')
  const root = plant({
    'package.json': { dependencies: { '@prisma/client': '^6.16.0', dotenv: '^17.0.0' } },
    ...(isEsm
      ? { 'lib/prisma.ts': shared, 'pages/index.ts': PAGE, 'scripts/count.ts': module }
      : { 'lib/prisma.js': shared, 'pages/index.js': COMMON_JS_PAGE, 'scripts/count.js': module }),
  })
  const files = await listFiles(root)
  const project = readProject(root, files)
  return [project, scan(project, files)]
}

async function notesOf(shared: string, module: string): Promise<readonly Note[]> {
  const { files, notes } = planMigration(...(await open(shared, module)), { accept: new Set() })
  // What is not migrated keeps its order, and would have no note for that alone.
  expect(files.map(({ path }) => path)).toEqual([expect.stringMatching(/^scripts\/count\./)])
  return notes.filter(({ code }) => code === 'ENV_LOADED_LATER')
}

const scriptOf = (imports: string, ...body: readonly string[]): string =>
  [`import { PrismaClient } from '@prisma/client'`, imports, ...body, ''].join('\n')

const MAKE = 'const prisma = new PrismaClient()'
const USE = 'await prisma.user.count()'
const END = 'await prisma.$disconnect()'

describe('planMigration', () => {
  it.each<[name: string, imports: string, call: string]>([
    ['the default import', `import dotenv from 'dotenv'`, 'dotenv.config()'],
    ['the namespace', `import * as env from 'dotenv'`, 'env.config()'],
    ['a named import', `import { config } from 'dotenv'`, 'config()'],
    ['a renamed import', `import { config as load } from 'dotenv'`, 'load()'],
    ['a default by name', `import { default as env } from 'dotenv'`, 'env.config()'],
    ['import and require', `import env = require('dotenv')`, 'env.config()'],
    ['a dynamic import', '', `;(await import('dotenv')).config()`],
    ['a dynamic import in a pattern', '', `const { config: a } = await import('dotenv'); a()`],
    ['a variable of the function', `import env from 'dotenv'`, 'const a = env.config; a()'],
  ])(
    'says that the environment is loaded after the shared module: %s',
    async (_, imports, call) => {
      const notes = await notesOf(EAGER, scriptOf(imports, MAKE, call, USE, END))

      expect(notes).toMatchObject([{ path: 'scripts/count.ts', line: 4 }])
    },
  )

  it('says what to do', async () => {
    const imports = `import dotenv from 'dotenv'`
    const [plain] = await notesOf(EAGER, scriptOf(imports, 'dotenv.config()', MAKE, USE, END))
    const [custom] = await notesOf(
      EAGER,
      scriptOf(imports, `dotenv.config({ path: '.env.local' })`, MAKE, USE, END),
    )

    expect(plain?.message).toContain(`\`import 'dotenv/config'\` as the first import`)
    expect(custom?.message).toContain('a module of its own')
  })

  it('says so of a call in the function that uses the client', async () => {
    const main = `async function main() {\n  dotenv.config()\n  ${USE}\n  ${END}\n}\nmain()`

    expect(await notesOf(EAGER, scriptOf(`import dotenv from 'dotenv'`, MAKE, main))).toHaveLength(
      1,
    )
  })

  it('says so where a function that runs later uses the client above the call', async () => {
    const main = `async function main() {\n  ${USE}\n  ${END}\n}`
    const script = scriptOf(`import dotenv from 'dotenv'`, MAKE, main, 'dotenv.config()', 'main()')

    expect(await notesOf(EAGER, script)).toMatchObject([{ line: 8 }])
  })

  it.each<[name: string, shared: string, script: string]>([
    [
      'a member of the function is called',
      EAGER,
      scriptOf(`import { config } from 'dotenv'`, 'config.config()', MAKE, USE, END),
    ],
    [
      'the shared module is lazy',
      LAZY,
      scriptOf(`import dotenv from 'dotenv'`, 'dotenv.config()', MAKE, USE, END),
    ],
    ['an import loads it', EAGER, scriptOf(`import 'dotenv/config'`, MAKE, USE, END)],
    [
      'the client is used before',
      EAGER,
      scriptOf(`import dotenv from 'dotenv'`, MAKE, USE, 'dotenv.config()', END),
    ],
    [
      'another package is configured',
      EAGER,
      scriptOf(`import dotenv from './dotenv'`, 'dotenv.config()', MAKE, USE, END),
    ],
    [
      'another function of the package is called',
      EAGER,
      scriptOf(`import dotenv from 'dotenv'`, `dotenv.parse('')`, MAKE, USE, END),
    ],
    [
      'a variable hides the package',
      EAGER,
      scriptOf(
        `import dotenv from 'dotenv'`,
        'for (const dotenv of [{ config() {} }]) dotenv.config()',
        MAKE,
        USE,
        END,
      ),
    ],
    [
      'a variable is made from itself',
      EAGER,
      scriptOf(`// dotenv`, 'var config = config.config', 'config()', MAKE, USE, END),
    ],
  ])('says nothing where %s', async (_, shared, script) => {
    expect(await notesOf(shared, script)).toEqual([])
  })

  it.each([
    [
      'says so of a call below a require',
      [`const { PrismaClient } = require('@prisma/client')`, `require('dotenv').config()`],
      1,
    ],
    [
      'says nothing of a call above it',
      [`require('dotenv').config()`, `const { PrismaClient } = require('@prisma/client')`],
      0,
    ],
  ])('%s', async (_, lines, count) => {
    const script = [
      ...lines,
      MAKE,
      `prisma.user.count().then(() => prisma.$disconnect())`,
      '',
    ].join('\n')

    const notes = await notesOf(COMMON_JS, script)

    expect(notes).toHaveLength(count)
  })
})

describe('planAdoption', () => {
  it('says nothing where the shared module becomes lazy in the same step', async () => {
    const [project, found] = await open(
      EAGER,
      scriptOf(`import dotenv from 'dotenv'`, 'dotenv.config()', MAKE, USE, END),
    )

    const { files, notes } = planAdoption(project, found, { accept: new Set() })

    expect(files.map(({ path }) => path)).toContain('lib/prisma.ts')
    expect(notes.filter(({ code }) => code === 'ENV_LOADED_LATER')).toEqual([])
  })
})
