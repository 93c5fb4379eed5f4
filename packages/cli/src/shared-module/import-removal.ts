import type { Edit, ModuleSource, Node } from '@oneprisma/sites'
import { extentOf, type Extent } from './line-removal.ts'

/** Takes names out of their import declarations. Declarations that lose all of them go as a whole. */
export function removeImports(
  specifiers: readonly Node[],
  module: ModuleSource,
): { readonly edits: readonly Edit[]; readonly whole: readonly Extent[] } {
  const edits: Edit[] = []
  const whole: Extent[] = []
  for (const statement of module.program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const all: Node[] = statement.specifiers
    const gone = all.filter((specifier) => specifiers.includes(specifier))
    if (gone.length === 0) continue
    if (gone.length === all.length) {
      whole.push(extentOf(statement, module))
      continue
    }
    const kept = all.filter((specifier) => !gone.includes(specifier))
    const keyword = statement.importKind === 'type' ? 'import type' : 'import'
    const start = statement.range[0] + keyword.length
    const end = module.text.lastIndexOf('from', statement.source.range[0])
    edits.push({ start, end, text: ` ${clauseOf(kept, module)} ` })
  }
  return { edits, whole }
}

function clauseOf(kept: readonly Node[], { text }: ModuleSource): string {
  const named = kept.filter(({ type }) => type === 'ImportSpecifier')
  const others = kept.filter(({ type }) => type !== 'ImportSpecifier')
  const source = (node: Node): string => text.slice(...node.range)
  return [
    ...others.map(source),
    ...(named.length > 0 ? [`{ ${named.map(source).join(', ')} }`] : []),
  ].join(', ')
}
