import type { Scope, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import {
  ancestorsOf,
  isFunction,
  unwrap,
  type FoundSite,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'

/** The statement that gives a module its constructor: where the shared client is imported instead. */
export interface BindingStatement {
  readonly node: TSESTree.ImportDeclaration | TSESTree.VariableDeclaration | TSESTree.Node
  readonly form: 'import' | 'require' | 'await-import'
  /** The scope that its names are in. */
  readonly scope: Scope
}

/** Finds the statement that a site has its constructor from, where there is one. */
export function bindingStatement(
  site: FoundSite,
  { evaluator, module }: ModuleAnalysis,
): BindingStatement | undefined {
  const constructed = constructorOf(site.node)
  if (constructed === undefined) return undefined
  let variable = rootVariable(constructed)
  for (let steps = 0; variable !== undefined && steps < 8; steps++) {
    const [definition] = variable.defs
    const node = definition?.node
    if (node === undefined) return undefined
    if (node.type === 'TSImportEqualsDeclaration') {
      return { node, form: 'import', scope: variable.scope }
    }
    if (node.parent?.type === 'ImportDeclaration') {
      return { node: node.parent, form: 'import', scope: variable.scope }
    }
    if (node.type !== 'VariableDeclarator' || node.init === null) return undefined
    const form = formOf(unwrap(node.init))
    if (form !== undefined && node.parent.type === 'VariableDeclaration') {
      return { node: node.parent, form, scope: variable.scope }
    }
    variable = rootVariable(node.init)
  }
  return undefined

  function rootVariable(expression: Node): Variable | undefined {
    let root = unwrap(expression)
    while (root.type === 'MemberExpression') root = unwrap(root.object)
    return evaluator.names.variableOf(root)
  }

  function formOf(init: Node): 'require' | 'await-import' | undefined {
    let root = init
    while (root.type === 'MemberExpression') root = unwrap(root.object)
    if (root.type === 'CallExpression' && evaluator.valueOf(root)?.kind === 'module') {
      return 'require'
    }
    const isAwaited =
      root.type === 'AwaitExpression' && unwrap(root.argument).type === 'ImportExpression'
    return isAwaited && canAwait(root, module.program) ? 'await-import' : undefined
  }
}

/** What is called: of `Reflect.construct(PrismaClient, [])` the argument. */
function constructorOf(node: Node): Node | undefined {
  if (node.type === 'NewExpression') return node.callee
  return node.type === 'CallExpression' ? node.arguments[0] : undefined
}

function canAwait(node: Node, program: Node): boolean {
  for (const above of ancestorsOf(node)) {
    if (isFunction(above)) return above.async
    if (above === program) return true
  }
  return false
}

/** A module without a statement of its own for Prisma is written in the syntax of its other imports. */
export function formOfModule({ module }: ModuleAnalysis): BindingStatement['form'] {
  const isEsm = module.program.body.some(({ type }) => /^(?:Import|Export)/.test(type))
  return isEsm || !/\brequire\s*\(/.test(module.text) ? 'import' : 'require'
}
