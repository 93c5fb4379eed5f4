import { analyzeModule, prismaExports, type ModuleAnalysis } from '@oneprisma/sites'
import { describe, expect, it } from 'vitest'
import { parseModule } from '../src/scan/parse-module.ts'
import {
  recognizeSharedModule,
  type SharedModuleShape,
} from '../src/shared-module/recognize-shared-module.ts'
import {
  upgradeSharedModule,
  type SharedModuleUpgrade,
} from '../src/shared-module/upgrade-shared-module.ts'
import { planSharedModule } from '../src/shared-module/plan-shared-module.ts'
import { DIALECTS, REFUSED } from './shared-module-dialects.ts'
import { projectOf } from './shared-module-project.ts'

const project = projectOf({ generator: {} })

function analysisOf(path: string, text: string): ModuleAnalysis {
  const parsed = parseModule(path, text)
  if (!parsed.ok) throw new Error(`${path}:${parsed.line} ${parsed.message}\n${text}`)
  return analyzeModule(parsed.module, (specifier) =>
    project.resolve(specifier, path)?.kind === 'prisma-client'
      ? prismaExports('@prisma/client', specifier.endsWith('/edge'))
      : undefined,
  )
}

function shapeOf(path: string, text: string): SharedModuleShape {
  const shape = recognizeSharedModule(analysisOf(path, text))
  if (shape === undefined) throw new Error('It is not recognised.')
  return shape
}

function upgrade(text: string, path = 'lib/prisma.ts'): SharedModuleUpgrade {
  return upgradeSharedModule(analysisOf(path, text).module, shapeOf(path, text), project)
}

function exportsOf({ exportedNames, hasDefault }: SharedModuleShape): string[] {
  return [...exportedNames, ...(hasDefault ? ['default'] : [])]
}

describe('recognizeSharedModule', () => {
  it.each(DIALECTS)('recognises $name', ({ path = 'lib/prisma.ts', text, exports }) => {
    const shape = shapeOf(path, text)

    expect(shape.refusal).toBeUndefined()
    expect(exportsOf(shape)).toEqual(exports)
    expect(shape.format).toBe(/(?<!\w)(module\.)?exports\b/.test(text) ? 'cjs' : 'esm')
  })

  it.each(REFUSED)('leaves $name to a person', ({ code, text }) => {
    expect(shapeOf('lib/prisma.ts', text).refusal?.code).toBe(code)
  })

  it.each<[name: string, text: string]>([
    [
      'a client that it does not export',
      `import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\nprisma.user.count()\n`,
    ],
    [
      'a client that it hands on',
      `export { prisma } from './client'\nexport { PrismaClient } from '@prisma/client'\n`,
    ],
    [
      'a class of the same name',
      `import { PrismaClient } from './other'\nexport const prisma = new PrismaClient()\n`,
    ],
    [
      'a class that extends it',
      `import { PrismaClient } from '@prisma/client'\nexport class Service extends PrismaClient {}\n`,
    ],
    [
      'a factory',
      `import { PrismaClient } from '@prisma/client'\nexport const make = () => new PrismaClient()\n`,
    ],
  ])('sees no shared module in %s', (_, text) => {
    expect(recognizeSharedModule(analysisOf('lib/prisma.ts', text))).toBeUndefined()
  })

  it('leaves a shared client that is only handed on to its own module', () => {
    const parsed = parseModule('index.ts', `export { prisma } from './shared'\n`)
    if (!parsed.ok) throw new Error(parsed.message)
    const client = { kind: 'client', isShared: true, isExtended: false, client: 'c' } as const

    const analysis = analyzeModule(parsed.module, () => new Map([['prisma', client]]))

    expect(analysis.exported).toHaveLength(1)
    expect(recognizeSharedModule(analysis)).toBeUndefined()
  })

  it.each(['.ts', '.js'])('knows what `init` has written as %s', (extension) => {
    const facts = {
      package: { usesTypeScript: extension === '.ts' },
      runners: { 'a.js': 'node' },
    } as const
    const { text, target } = planSharedModule(projectOf({ generator: {}, ...facts }), '', {
      importers: extension === '.ts' ? [] : ['a.js'],
      exists: () => false,
    })

    const shape = shapeOf(target.path, text)

    expect(shape).toMatchObject({ isShared: true, refusal: undefined, format: target.format })
    expect(exportsOf(shape)).toEqual(['prisma', 'default'])
    expect(upgrade(text, target.path)).toMatchObject({ edits: [], text })
  })
})

describe('upgradeSharedModule', () => {
  it.each(DIALECTS)(
    'upgrades $name',
    ({ path = 'lib/prisma.ts', text, exports, keeps = [], loses = [] }) => {
      const upgraded = upgrade(text, path).text
      const shape = shapeOf(path, upgraded)

      expect(shape).toMatchObject({ isShared: true })
      expect(exportsOf(shape)).toEqual(exports)
      expect(upgraded).not.toMatch(/global(This)?\b(?! \{| as any,)/)
      for (const part of keeps) expect(upgraded).toContain(part)
      for (const part of loses) expect(upgraded).not.toContain(part)
      expect(unresolved(path, text)).toEqual(expect.arrayContaining(unresolved(path, upgraded)))
      expect(upgrade(upgraded, path)).toMatchObject({ edits: [], text: upgraded })
      expect(upgraded.includes('\r\n')).toBe(text.includes('\r\n'))
      expect(upgraded.replaceAll('\r\n', '').includes('\r') || /\n\n\n|\n\n$/.test(upgraded)).toBe(
        false,
      )
    },
  )

  it.each(REFUSED)('does not touch $name, and says so', ({ code, text }) => {
    const { edits, text: kept, notes } = upgrade(text)

    expect(edits).toEqual([])
    expect(kept).toBe(text)
    expect(notes).toMatchObject([{ code, path: 'lib/prisma.ts', line: expect.any(Number) }])
  })

  it('changes no line that can stay', () => {
    const text = `#!/usr/bin/env node
'use strict'
/* The client. */
const { PrismaClient } = require('@prisma/client')   // twice spaced

let prisma
if (!global.prisma) global.prisma = new PrismaClient()
prisma = global.prisma

const  odd   = [1,2]
module.exports = { prisma, odd }`

    expect(upgrade(text, 'lib/prisma.js').text).toBe(`#!/usr/bin/env node
'use strict'
/* The client. */
const { PrismaClient } = require('@prisma/client')   // twice spaced
const { sharePrisma } = require('@oneprisma/client')

const prisma = sharePrisma(() => new PrismaClient())

const  odd   = [1,2]
module.exports = { prisma, odd }`)
  })

  it('minds no other use of the global object', () => {
    const text = `import { PrismaClient } from '@prisma/client'
export const prisma = globalThis.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') globalThis.prisma = prisma
export const id = globalThis.crypto.randomUUID()
`

    expect(upgrade(text).text).toBe(`import { PrismaClient } from '@prisma/client'
import { sharePrisma } from '@oneprisma/client'
export const prisma = sharePrisma(() => new PrismaClient())
export const id = globalThis.crypto.randomUUID()
`)
  })

  it('gives the client a name where a process has several', () => {
    const text = `import { PrismaClient } from "@prisma/client"\nexport const prisma = new PrismaClient()\n`
    const { module } = analysisOf('lib/prisma.ts', text)

    const named = upgradeSharedModule(module, shapeOf('lib/prisma.ts', text), project, {
      name: 'reports',
    })

    expect(named.text).toContain('sharePrisma(() => new PrismaClient(), { name: "reports" })')
  })

  it.each<[what: string, code: string, line: number, text: string]>([
    [
      'what closes the shared client',
      'DISCONNECTS_SHARED_CLIENT',
      4,
      `\nexport const prisma = new PrismaClient()\nprocess.on('exit', () => prisma.$disconnect())`,
    ],
    [
      'what connects on import',
      'CONNECTS_ON_IMPORT',
      4,
      `\nexport const prisma = new PrismaClient()\nvoid prisma.$connect()`,
    ],
    [
      'a pool of its own',
      'POOL_OUTLIVES_CLIENT',
      2,
      `export const prisma = new PrismaClient({ adapter: new PrismaPg(new Pool({})) })`,
    ],
    [
      'a pool without bounds',
      'POOL_WAITS_UNBOUNDED',
      2,
      `export const prisma = new PrismaClient({ adapter: new PrismaPg({ max: 3 }) })`,
    ],
    [
      'an adapter that may be none',
      'ADAPTER_NOT_OBSERVED',
      2,
      `export const prisma = new PrismaClient({ adapter: makeAdapter() })`,
    ],
    [
      'an adapter in a factory that others call',
      'ADAPTER_NOT_OBSERVED',
      2,
      `export const make = () => new PrismaClient({ adapter: new Adapter() })\nexport const prisma = make()`,
    ],
  ])('notes %s', (_, code, line, rest) => {
    const text = `import { Adapter, makeAdapter, Pool, PrismaClient, PrismaPg } from '@prisma/client'\n${rest}\n`

    expect(upgrade(text).notes).toMatchObject([{ code, line, path: 'lib/prisma.ts' }])
  })

  it('notes nothing of a pool that has a bound', () => {
    const text = `import { PrismaClient, PrismaPg } from '@prisma/client'
export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionTimeoutMillis: 9 }) })
`

    expect(upgrade(text).notes).toEqual([])
  })

  it('asks for nothing but the runtime', () => {
    const [first] = DIALECTS

    expect(Object.keys(upgrade(first?.text ?? '').dependencies)).toEqual(['@oneprisma/client'])
  })
})

/** The names that a module uses without declaring or importing them. */
function unresolved(path: string, text: string): string[] {
  const { scopes } = analysisOf(path, text).module
  const names = scopes.globalScope?.through.map(({ identifier }) => identifier.name) ?? []
  return names.map(String)
}
