import { memberName, unwrap, type Exported, type ModuleAnalysis, type Node } from '@oneprisma/sites'
import type { Variable } from '@typescript-eslint/scope-manager'

/** Where a shared client gets its value. */
export interface Anchor {
  /** The variable that holds it; undefined where an expression is exported directly. */
  readonly variable: Variable | undefined
  /** The expression that gives the value, or the declarator that has none. */
  readonly node: Node
}

/** Finds where an exported client comes from, through other names and `$extends`. */
export function anchorOf({ variable, node }: Exported, analysis: ModuleAnalysis): Anchor {
  return (
    (variable && anchorOfVariable(variable, analysis)) ?? {
      variable: undefined,
      node: exportedExpression(node),
    }
  )
}

function anchorOfVariable(variable: Variable, analysis: ModuleAnalysis): Anchor | undefined {
  const declarator = variable.defs[0]?.node
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') {
    return undefined
  }
  if (declarator.init === null) return { variable, node: declarator }

  // What is made of another client of this module stays as it is: a handle can be extended, too.
  const init = unwrap(declarator.init)
  const callee = init.type === 'CallExpression' ? unwrap(init.callee) : undefined
  const isExtended = callee?.type === 'MemberExpression' && memberName(callee) === '$extends'
  const source = isExtended ? unwrap(callee.object) : init
  const base = analysis.evaluator.names.variableOf(source)
  const isOther = base !== undefined && base !== variable && base.name !== 'undefined'
  const followed = isOther ? anchorOfVariable(base, analysis) : undefined
  return followed ?? { variable, node: declarator.init }
}

function exportedExpression(node: Node): Node {
  switch (node.type) {
    case 'ExportDefaultDeclaration':
      return node.declaration
    case 'TSExportAssignment':
      return node.expression
    case 'AssignmentExpression':
      return node.right
    case 'Property':
      return node.value
    default:
      return node
  }
}
