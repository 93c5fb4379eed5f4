import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyzeModule, prismaExports, type Edit, type ModuleExports } from '@oneprisma/sites'
import fc from 'fast-check'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import type { Migration } from '../src/migrate/migration.ts'
import { planMigration } from '../src/migrate/plan-migration.ts'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { parseModule } from '../src/scan/parse-module.ts'
import { scan } from '../src/scan/scan.ts'
import { takesClients } from '../src/scan/takes-clients.ts'
import { addFiles, type Tree } from './project-fixture.ts'
import { plantedModule, type Planted } from './properties-program.ts'

// A longer run by hand: `ONEPRISMA_RUNS=20000 npx vitest run --project cli properties`.
const RUNS = Number(process.env['ONEPRISMA_RUNS'] ?? 150)
const TIMEOUT_MS = 60_000 + RUNS * 1_000

const REPOSITORY: Tree = {
  'package.json': {
    name: 'shop',
    dependencies: { '@prisma/client': '^6.16.0', next: '16.0.0' },
    devDependencies: { tsx: '4.0.0', typescript: '5.9.0' },
  },
  'tsconfig.json': {
    compilerOptions: { module: 'esnext', esModuleInterop: true, paths: { '@/*': ['./src/*'] } },
  },
  'prisma/schema.prisma':
    'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
}

/** Migrates modules in a repository of their own, and migrates the result again. */
async function migrateTwice(modules: readonly Planted[]): Promise<readonly [Migration, Migration]> {
  const root = mkdtempSync(join(tmpdir(), 'oneprisma-property-'))
  try {
    addFiles(root, REPOSITORY)
    addFiles(root, Object.fromEntries(modules.map(({ path, text }) => [path, text])))
    const first = await migrate(root)
    addFiles(root, Object.fromEntries(first.files.map(({ path, after }) => [path, after])))
    return [first, await migrate(root)]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function migrate(root: string): Promise<Migration> {
  const files = await listFiles(root)
  const project = readProject(root, files)
  return planMigration(project, scan(project, files), { accept: new Set() })
}

const modules = fc.uniqueArray(plantedModule(), {
  selector: ({ path }) => path,
  minLength: 1,
  maxLength: 3,
})

describe('a migration of any program', () => {
  it(
    'finds what is planted, rewrites it well, and has nothing to do afterwards',
    async () => {
      await fc.assert(
        fc.asyncProperty(modules, async (planted) => {
          const [migration, again] = await migrateTwice(planted)

          expect(migration.unparsed).toEqual([])
          expect(placesOf(migration)).toEqual(plantedPlaces(planted))
          for (const { path, before, after, edits } of migration.files) {
            if (before === undefined) continue
            expect(flawsOf(path, before, after, edits), `${path}\n${after}`).toEqual([])
          }
          expect(again.unparsed).toEqual([])
          expect(again.files.map(({ path, after }) => `${path}\n${after}`)).toEqual([])
          expect(again.sites.filter(({ decision }) => decision === 'rewrite')).toEqual([])
        }),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )
})

describe('takesClients', () => {
  const exportsOf = (specifier: string): ModuleExports | undefined =>
    specifier === '@prisma/client' ? prismaExports(specifier, false) : undefined

  it(
    'says yes of every module in which the syntax has something of Prisma',
    () => {
      fc.assert(
        fc.property(plantedModule(), fc.nat(), fc.nat(), ({ path, text }, at, length) => {
          // A piece of the module less is mostly a module that does not parse; the rest is of interest.
          const start = at % text.length
          const cut = text.slice(0, start) + text.slice(start + (length % 40))
          const parsed = parseModule(path, cut)
          fc.pre(parsed.ok)

          const { sites, exported } = analyzeModule(parsed.module, exportsOf)

          expect(takesClients(cut, exportsOf) || sites.length + exported.length === 0).toBe(true)
        }),
        { numRuns: RUNS * 4 },
      )
    },
    TIMEOUT_MS,
  )
})

function placesOf({ sites }: Migration): string[] {
  return sites
    .map(({ path, line, column, kind }) => `${path}:${line}:${column} ${kind}`)
    .toSorted((one, other) => (one < other ? -1 : 1))
}

function plantedPlaces(planted: readonly Planted[]): string[] {
  return planted
    .flatMap(({ path, sites }) =>
      sites.map(({ line, column, kind }) => `${path}:${line}:${column} ${kind}`),
    )
    .toSorted((one, other) => (one < other ? -1 : 1))
}

/** What is wrong with a rewritten file, judged without the code that rewrote it. */
function flawsOf(path: string, before: string, after: string, edits: readonly Edit[]): string[] {
  const flaws: string[] = declaredTwice(path, before).map((message) => `generated: ${message}`)
  const sorted = edits.toSorted((one, other) => one.start - other.start || one.end - other.end)
  let expected = ''
  let at = 0
  for (const { start, end, text } of sorted) {
    if (start < at || end < start) flaws.push(`overlap at ${start}`)
    if (splits(before, start) || splits(before, end)) flaws.push(`half a character at ${start}`)
    expected += before.slice(at, start) + text
    at = end
  }
  if (expected + before.slice(at) !== after) flaws.push('a change outside of the edits')
  if (after.startsWith('\uFEFF') !== before.startsWith('\uFEFF')) flaws.push('byte order mark')
  if (/^\uFEFF?#!/.test(before) && firstLine(before) !== firstLine(after)) flaws.push('hashbang')
  if (before.includes('\r\n') && /[^\r]\n/.test(after)) flaws.push('another line end')
  if (!before.includes('\r') && after.includes('\r')) flaws.push('another line end')
  const parsed = parseModule(path, after)
  if (!parsed.ok) return [...flaws, `line ${parsed.line}: ${parsed.message}`]
  const known = new Set([...freeNames(path, before), 'process'])
  flaws.push(...freeNames(path, after).filter((name) => !known.has(name)))
  return [...flaws, ...declaredTwice(path, after)]
}

function firstLine(text: string): string | undefined {
  return text.split('\n')[0]
}

/** Whether an offset is inside of a character or of a line end. */
function splits(text: string, offset: number): boolean {
  const pair = text.slice(offset - 1, offset + 1)
  return offset > 0 && (pair === '\r\n' || /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair))
}

/** The names that a module uses and does not declare. */
function freeNames(path: string, text: string): string[] {
  const parsed = parseModule(path, text)
  if (!parsed.ok) return []
  const through = parsed.module.scopes.globalScope?.through ?? []
  return through.flatMap(({ identifier }) =>
    identifier.type === 'Identifier' ? [identifier.name] : [],
  )
}

function declaredTwice(path: string, text: string): string[] {
  const lang = /\.[cm]?ts$/.test(path) ? 'ts' : 'tsx'
  const { errors } = parseSync(path, text.replace(/^\uFEFF#!/, ' //'), {
    lang,
    showSemanticErrors: true,
  })
  return errors.map(({ message }) => message)
}
