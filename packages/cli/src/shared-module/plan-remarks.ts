import type { Generator, Package } from '../project/project.ts'
import type { PlanCode } from '../report/plan-reasons.ts'
import type { AdapterChoice } from './adapter.ts'
import { isPlainJavaScript, type Importer, type ModuleFormat } from './module-format.ts'
import { isTooOld, TOO_OLD } from './prisma-version.ts'

/** A note before it has a place. */
export type Remark = readonly [code: PlanCode, message: string]

const SUBPATHS_HIDDEN: Remark = [
  'SUBPATHS_HIDDEN',
  'With this `moduleResolution`, TypeScript sees no subpath of a package, such as `@oneprisma/client/pg`, so the pool is set up by hand. Set "bundler" or "node16" to use `pgPool()` and `runScript()`.',
]

/** What a new shared module is planned from. */
export interface PlanFacts {
  readonly owner: Package
  readonly generator: Generator | undefined
  readonly form: ModuleFormat
  readonly importers: readonly Importer[]
  readonly choice: AdapterChoice
  /** Whether TypeScript sees the subpaths of a package. */
  readonly seesSubpaths: boolean
}

/** Says what a person has to do so that a new shared module works. */
export function remarksOnPlan(facts: PlanFacts): Remark[] {
  const { owner, generator, form, importers, choice, seesSubpaths } = facts
  const writesPool = choice.kind === 'adapter' && choice.adapter.hasPgPool
  return [
    ...(isTooOld(owner) ? [TOO_OLD] : []),
    ...adapterRemarks(choice),
    ...generatorRemarks(generator, form, owner, importers),
    ...importerRemarks(form, importers),
    ...(writesPool && !seesSubpaths ? [SUBPATHS_HIDDEN] : []),
  ]
}

function adapterRemarks(choice: AdapterChoice): Remark[] {
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

function generatorRemarks(
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

function importerRemarks({ language }: ModuleFormat, importers: readonly Importer[]): Remark[] {
  const plain = language === 'ts' ? importers.filter(isPlainJavaScript) : []
  if (plain.length === 0) return []
  return [
    [
      'PLAIN_NODE_IMPORTS_TYPESCRIPT',
      `Plain Node.js before 22.18 cannot import TypeScript. Run by tsx: ${plain.map(({ path }) => path).join(', ')}.`,
    ],
  ]
}
