import {
  findDisconnects,
  hasEnd,
  mendScriptEnding,
  type Edit,
  type FoundSite,
  type SiteNote,
  type Verdict,
} from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import type { Target } from '../shared-module/target.ts'
import { applyEdits, inOrder, isOverlapping } from '../text/apply-edits.ts'
import { bindingStatement, formOfModule } from './binding-statement.ts'
import { importStyle } from './import-style.ts'
import type { DroppableAdapter } from './adapter-recipe.ts'
import { rewriteModule } from './rewrite-module.ts'
import { verifyRewrite } from './verify-rewrite.ts'

export type MigratedModule =
  | {
      readonly ok: true
      readonly after: string
      readonly edits: readonly Edit[]
      readonly notes: readonly SiteNote[]
      /** Whether it imports the shared client; a client that nothing uses just goes. */
      readonly isImporting: boolean
    }
  /** Nothing is changed: its sites are put up for review instead. */
  | { readonly ok: false; readonly reason: Verdict['reason']; readonly detail: string }

/** Moves one module to the shared client, and checks the result. Nothing is written. */
export function migrateModule(
  scan: Scan,
  project: Project,
  module: ScannedModule,
  sites: readonly FoundSite[],
  target: Target,
  droppable: DroppableAdapter,
): MigratedModule {
  const { analysis, path, text } = module
  const forms = new Set(
    sites.map((site) => {
      const form = bindingStatement(site, analysis)?.form ?? formOfModule(analysis)
      return form === 'require' ? 'cjs' : 'esm'
    }),
  )
  for (const syntax of forms) {
    const style = importStyle(project, path, target, syntax)
    if (!style.ok) return { ok: false, reason: style.reason, detail: '' }
  }
  const { compiler } = project.packageOf(path)
  const rewrite = rewriteModule(analysis, sites, {
    importStyle: (syntax) => {
      const style = importStyle(project, path, target, syntax)
      // Every syntax of the module's imports was asked for above; a module without any has one too.
      if (!style.ok) throw new Error(`${path} cannot import ${target.path}.`)
      return style
    },
    isCommonJsTarget: target.format === 'cjs',
    marksTypes: compiler.verbatimModuleSyntax && /\.[cm]?tsx?$/.test(path),
    droppable,
  })
  const ending = endingOf(
    module,
    sites,
    rewrite.clients,
    forms.has('cjs') ? 'cjs' : 'esm',
    rewrite.name,
  )
  const edits = inOrder([...rewrite.edits, ...ending.edits])
  if (isOverlapping(edits)) return { ok: false, reason: 'UNSAFE_EDIT', detail: 'edits overlap' }
  const after = applyEdits(text, edits)
  const remaining =
    analysis.sites.filter(({ client }) => client !== undefined).length - sites.length
  const wrong = verifyRewrite(analysis, after, remaining, (specifier) =>
    scan.graph.resolve(specifier, path),
  )
  if (wrong !== undefined) return { ok: false, reason: 'UNSAFE_EDIT', detail: wrong }
  return { ok: true, after, edits, notes: ending.notes, isImporting: rewrite.name !== undefined }
}

function endingOf(
  { analysis, context }: ScannedModule,
  sites: readonly FoundSite[],
  clients: Parameters<typeof mendScriptEnding>[1],
  format: 'esm' | 'cjs',
  name: string | undefined,
): { readonly edits: readonly Edit[]; readonly notes: readonly SiteNote[] } {
  const expressions = sites.map(({ node }) => node)
  if (hasEnd(context)) {
    return mendScriptEnding(analysis.module, clients, {
      format,
      name: name ?? 'prisma',
      expressions,
    })
  }
  return { edits: [], notes: findDisconnects(analysis.module, clients, { expressions }) }
}
