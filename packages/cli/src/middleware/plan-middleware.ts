import type { Variable } from '@typescript-eslint/scope-manager'
import { applyEdits } from '../text/apply-edits.ts'
import { columnOf, lineOf } from '../text/lines.ts'
import type { FileChange } from '../migrate/migration.ts'
import { readSource } from '../project/read-source.ts'
import type { Note } from '../report/finding.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { parseModule } from '../scan/parse-module.ts'
import { rewriteMiddleware } from './rewrite-middleware.ts'

export interface MiddlewarePlan {
  readonly files: readonly FileChange[]
  readonly notes: readonly Note[]
}

/** Works out which `$use` middleware of a repository becomes a query extension, and which does not. */
export function planMiddleware(scan: Scan, root: string): MiddlewarePlan {
  const files: FileChange[] = []
  const notes: Note[] = []
  for (const module of scan.modules) {
    const { path, text, analysis } = module
    if (!text.includes('$use')) continue
    const clients = clientsOf(module)
    const { edits, reviews } = rewriteMiddleware(analysis.module, clients, {
      usedElsewhere: isExtendedElsewhere(module, scan, root) ? exportedOf(module) : [],
    })
    for (const { code, offset, message } of reviews) {
      notes.push({
        code,
        path,
        line: lineOf(text, offset),
        column: columnOf(text, offset),
        message,
      })
    }
    if (edits.length === 0) continue
    const after = applyEdits(text, edits)
    const parsed = parseModule(path, after)
    if (parsed.ok) files.push({ path, before: text, after, edits })
    else notes.push({ code: 'USE_MIDDLEWARE', path, line: 1, column: 1, message: UNSAFE })
  }
  return { files, notes }
}

const UNSAFE =
  'The rewritten middleware would not parse, so it stays as it was. Write the extension by hand, and report the file.'

function clientsOf({ analysis }: ScannedModule): Variable[] {
  return analysis.module.scopes.scopes
    .flatMap(({ variables }) => variables)
    .filter((variable) => analysis.evaluator.valueOfVariable(variable)?.kind === 'client')
}

function exportedOf({ analysis }: ScannedModule): Variable[] {
  return analysis.exported.flatMap(({ variable }) => variable ?? [])
}

/** Whether a module that imports this one calls what an extended client lacks, or what changes its order. */
function isExtendedElsewhere({ importers }: ScannedModule, scan: Scan, root: string): boolean {
  return [...importers].some((path) => {
    const known = scan.graph.textOf(path)
    const source = known === undefined ? readSource(root, path) : { text: known }
    return !('text' in source) || /\$(?:on|use|extends)\b/.test(source.text)
  })
}
