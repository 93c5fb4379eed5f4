import { isFunction, unwrap, type ModuleAnalysis, type Node } from '@oneprisma/sites'
import type { Variable } from '@typescript-eslint/scope-manager'
import { isWithin } from '../scan/is-within.ts'
import { isPure } from './makers.ts'
import { topVariables } from './places.ts'

/**
 * What nothing refers to any more once the text within `dead`, outside of `alive`, is gone: whole
 * statements at the top of the module, and names of imports.
 */
export function findOrphans(
  { module }: ModuleAnalysis,
  dead: readonly Node[],
  alive: readonly Node[],
): Node[] {
  const orphans: Node[] = []
  for (let size = -1; size !== orphans.length;) {
    size = orphans.length
    const gone = [...dead, ...orphans]
    for (const variable of topVariables(module)) {
      const holder = holderOf(variable)
      if (holder === undefined || orphans.includes(holder)) continue
      if (gone.some((part) => isWithin(holder, part))) continue
      const uses = variable.references.filter(({ init }) => init !== true)
      const isOrphan =
        uses.length > 0 &&
        uses.every(
          ({ identifier }) =>
            gone.some((part) => isWithin(identifier, part)) &&
            !alive.some((part) => isWithin(identifier, part)),
        )
      if (isOrphan) orphans.push(holder)
    }
  }
  return orphans
}

/** The part of the module that only declares a variable, and can go without any other effect. */
function holderOf({ defs }: Variable): Node | undefined {
  const [definition, second] = defs
  if (definition === undefined || second !== undefined) return undefined
  const { node } = definition
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return node
    case 'FunctionDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return isExported(node) ? undefined : node
    case 'VariableDeclarator': {
      const { init, parent } = node
      if (isExported(parent) || parent.declarations.length > 1) return undefined
      const isHarmless =
        init === null || isFunction(unwrap(init)) || isPure(init) || isRequire(init)
      const isSingle =
        node.id.type === 'Identifier' ||
        (node.id.type === 'ObjectPattern' && node.id.properties.length === 1)
      return isHarmless && isSingle ? parent : undefined
    }
    default:
      return undefined
  }
}

function isExported({ parent }: Node): boolean {
  return parent?.type.startsWith('Export') === true
}

function isRequire(init: Node): boolean {
  return (
    init.type === 'CallExpression' &&
    init.callee.type === 'Identifier' &&
    init.callee.name === 'require'
  )
}
