import { isErased } from './erased.ts'
import type { ModuleAnalysis } from './find-sites.ts'
import { keyName, stringValue } from './syntax.ts'
import type { Value } from './value.ts'
import { walk, type Node } from './walk.ts'

/** A place of a module that loads Prisma. */
export interface PrismaImport {
  readonly node: Node
  readonly specifier: string
  /** What it takes of the other module; undefined for all of it. */
  readonly imported: string | undefined
  readonly value: Value
}

/** Finds what a module loads of Prisma when it runs: types do not count. */
export function prismaImports({
  module,
  evaluator,
}: Pick<ModuleAnalysis, 'module' | 'evaluator'>): readonly PrismaImport[] {
  const found: PrismaImport[] = []
  walk(module.program, (node) => {
    if (node.type === 'ImportDeclaration') {
      node.specifiers.forEach((specifier) => addSpecifier(specifier, node.source.value))
    }
    if (
      node.type === 'ExportNamedDeclaration' &&
      node.source !== null &&
      node.exportKind !== 'type'
    ) {
      const { value: specifier } = node.source
      const exports = evaluator.moduleOf(specifier, 're-export')
      for (const { local, exportKind } of node.specifiers) {
        const imported = local.type === 'Identifier' ? local.name : local.value
        const value = exports?.kind === 'module' ? exports.exports.get(imported) : undefined
        if (value && exportKind !== 'type') found.push({ node, specifier, imported, value })
      }
    }
    const specifier = loadedBy(node)
    const value = specifier === undefined ? undefined : evaluator.moduleOf(specifier, 'require')
    if (specifier !== undefined && value !== undefined) {
      const names = takenFrom(node)
      const values = value.kind === 'module' ? value.exports : undefined
      if (names === undefined) found.push({ node, specifier, imported: undefined, value })
      const [imported] = names?.filter((name) => values?.has(name)) ?? []
      if (imported !== undefined) found.push({ node, specifier, imported, value })
    }
    return undefined
  })
  return found

  function addSpecifier(node: Node, specifier: string): void {
    if (!('local' in node) || node.type === 'ExportSpecifier') return
    const variable = evaluator.names.variableOf(node.local)
    const value = variable && evaluator.valueOfVariable(variable)
    if (variable === undefined || value === undefined) return
    const { references } = variable
    // What only types use is not there any more when the module runs.
    if (references.length > 0 && references.every(isErased)) return
    found.push({ node, specifier, imported: importedName(node), value })
  }
}

function importedName(node: Node): string | undefined {
  if (node.type === 'ImportDefaultSpecifier') return 'default'
  if (node.type !== 'ImportSpecifier') return undefined
  return node.imported.type === 'Identifier' ? node.imported.name : node.imported.value
}

/** The specifier of `require('...')` and of `import('...')`. */
function loadedBy(node: Node): string | undefined {
  if (node.type === 'ImportExpression') return stringValue(node.source)
  const isRequire =
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'require'
  return isRequire ? stringValue(node.arguments[0]) : undefined
}

/** The names that a pattern takes of what is loaded. */
function takenFrom(node: Node): string[] | undefined {
  let at = node.parent
  while (at?.type === 'AwaitExpression') at = at.parent
  if (at?.type !== 'VariableDeclarator' || at.id.type !== 'ObjectPattern') return undefined
  return at.id.properties.flatMap((property) =>
    property.type === 'Property' ? (keyName(property.key, property.computed) ?? []) : [],
  )
}
