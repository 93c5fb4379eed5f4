import type { Generator, Package, Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import { chooseAdapter, type AdapterChoice } from './adapter.ts'
import { clientSpecifier } from './client-import.ts'
import { rangesOf } from './dependencies.ts'
import { generatorOf } from './generator-of.ts'
import {
  chooseFormat,
  isPlainJavaScript,
  type Importer,
  type ModuleFormat,
} from './module-format.ts'
import { writeModule, type Carried } from './module-text.ts'
import { placeSharedModule, type Surroundings } from './place-shared-module.ts'
import { isTooOld, TOO_OLD } from './prisma-version.ts'
import type { Target } from './target.ts'

/** A shared module that is not there yet. */
export interface SharedModulePlan {
  readonly target: Target
  readonly text: string
  /** What package.json needs for it: name to range, those that it has already included. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly notes: readonly Note[]
}

export interface SharedModuleNeed extends Surroundings {
  /** The client to share, where the package has several. */
  readonly generator?: Generator
  readonly carry?: Carried
  /**
   * Which shared client it is, where a process has several: those of two databases may not meet.
   *
   * @default the one without a name
   */
  readonly name?: string
}

/** Plans the shared module of a package that has none: its place, its text and what it needs. */
export function planSharedModule(
  project: Project,
  folder: string,
  need: SharedModuleNeed,
): SharedModulePlan {
  const owner = packageAt(project, folder)
  const generator = need.generator ?? generatorOf(project, owner)
  const importers = need.importers.map((path) => ({ path, runner: project.runnerOf(path) }))
  const form = chooseFormat(owner, importers)
  const path = placeSharedModule(project, owner, form.extension, need)
  const choice = chooseAdapter(owner, generator)
  const adapter = choice.kind === 'adapter' ? choice.adapter : undefined
  const client = clientSpecifier(
    { path, ...form },
    generator,
    owner,
    importers.map(({ runner }) => runner),
  )
  const notes = [
    ...versionNotes(owner),
    ...adapterNotes(choice),
    ...generatorNotes(generator, form, owner, importers),
    ...importerNotes(form, importers),
  ]
  return {
    target: {
      path,
      format: form.format,
      language: form.language,
      hasDefault: true,
      named: 'prisma',
      isLazy: true,
      exists: false,
      packageSpecifier: undefined,
    },
    text: writeModule({
      format: form.format,
      clientSpecifier: client,
      adapter,
      urlVariable: generator?.datasource?.urlVariable ?? 'DATABASE_URL',
      carried: need.carry ?? {},
      name: need.name,
    }),
    dependencies: rangesOf(owner, [
      '@oneprisma/client',
      '@prisma/client',
      ...(adapter === undefined ? [] : [adapter.package]),
    ]),
    notes: notes.map(([code, message]) => ({ code, path, line: 1, column: 1, message })),
  }
}

type Remark = readonly [code: string, message: string]

function packageAt(project: Project, folder: string): Package {
  return (
    project.packages.find((candidate) => candidate.folder === folder) ??
    project.packageOf(folder === '' ? 'package.json' : `${folder}/package.json`)
  )
}

function versionNotes(owner: Package): Remark[] {
  return isTooOld(owner) ? [TOO_OLD] : []
}

function adapterNotes(choice: AdapterChoice): Remark[] {
  if (choice.kind === 'missing') {
    return [
      choice.provider === 'mongodb'
        ? [
            'MONGODB_NEEDS_PRISMA_6',
            'Prisma 7 has no MongoDB: this module works on Prisma 6 only. Stay on 6.16 or later.',
          ]
        : [
            'ADAPTER_UNKNOWN',
            `Prisma 7 needs a driver adapter, and none is known for ${choice.provider === undefined ? 'this schema: no datasource was found' : `the provider "${choice.provider}"`}. Give it to PrismaClient as \`adapter: observe(new ...)\`.`,
          ],
    ]
  }
  if (choice.kind === 'adapter' && choice.adapter.package === '@prisma/adapter-neon') {
    return [
      [
        'NEON_WEBSOCKET',
        'Node.js before 22 has no WebSocket: there, set `neonConfig.webSocketConstructor` of `@neondatabase/serverless` to that of the package `ws` before the first query.',
      ],
    ]
  }
  return []
}

function generatorNotes(
  generator: Generator | undefined,
  { format, language }: ModuleFormat,
  { type }: Package,
  importers: readonly Importer[],
): Remark[] {
  if (generator?.provider !== 'prisma-client') return []
  const isCompiled = importers.some(({ runner }) => runner === 'tsc' || runner === 'ts-node')
  const isCommonJs = format === 'cjs' || (language === 'ts' && type !== 'module' && isCompiled)
  const remarks: Remark[] = []
  if (isCommonJs && generator.moduleFormat === 'esm') {
    remarks.push([
      'GENERATED_ESM_IN_COMMONJS',
      `The generator "${generator.name}" of ${generator.schemaPath} writes an ES module, and this package is CommonJS. Set \`moduleFormat = "cjs"\` in its block, or "type": "module" in package.json.`,
    ])
  }
  if (language === 'js' && importers.some(isPlainJavaScript)) {
    remarks.push([
      'GENERATED_TYPESCRIPT',
      `The generator "${generator.name}" of ${generator.schemaPath} writes TypeScript, which Node.js runs by itself from 22.18 on. Before, run these files by tsx, or use \`provider = "prisma-client-js"\`.`,
    ])
  }
  return remarks
}

function importerNotes({ language }: ModuleFormat, importers: readonly Importer[]): Remark[] {
  const plain = language === 'ts' ? importers.filter(isPlainJavaScript) : []
  if (plain.length === 0) return []
  return [
    [
      'PLAIN_NODE_IMPORTS_TYPESCRIPT',
      `Plain Node.js before 22.18 cannot import TypeScript. Run by tsx: ${plain.map(({ path }) => path).join(', ')}.`,
    ],
  ]
}
