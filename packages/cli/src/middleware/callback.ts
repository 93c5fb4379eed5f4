import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import {
  type FunctionNode,
  isFunction,
  keyName,
  type ModuleSource,
  type Node,
  unwrap,
  walk,
} from '@oneprisma/sites'
import type { MiddlewareRefusal } from './refusal.ts'

/** What the middleware names of its params. */
export type ParamsMember = 'model' | 'action' | 'args'

/** The function that a `$use` adds. */
export interface Callback {
  readonly fn: FunctionNode
  /** The statement that declares it, where it is not written in the call. */
  readonly declaration: Node | undefined
  /** The variable of `params`, or one for each name where the parameter takes it apart. */
  readonly params: Variable | ReadonlyMap<ParamsMember, Variable>
  readonly next: Variable
}

/** Finds the function that a `$use` adds, if it is all in sight. */
export function findCallback(
  module: ModuleSource,
  call: TSESTree.CallExpression,
  block: Node | undefined,
): Callback | MiddlewareRefusal {
  const [argument, ...more] = call.arguments
  if (argument === undefined || more.length > 0) return 'NOT_A_FUNCTION_HERE'
  const found = functionOf(module, unwrap(argument), block)
  if (found === undefined) return 'NOT_A_FUNCTION_HERE'

  const { fn } = found
  const [first, second, ...rest] = fn.params
  if (first === undefined || second?.type !== 'Identifier' || rest.length > 0) return 'PARAMETERS'
  if (fn.generator || fn.typeParameters) return 'PARAMETERS'
  const own = module.scopes.getDeclaredVariables(fn)
  const variableOf = (node: Node): Variable | undefined =>
    own.find(({ identifiers }) => identifiers.some((identifier) => identifier === node))
  const next = variableOf(second)
  const params = paramsOf(first, variableOf)
  if (next === undefined || params === undefined) return 'PARAMETERS'
  if (observesItsCaller(fn)) return 'CALLER_OBSERVED'
  return { ...found, params, next }
}

function functionOf(
  module: ModuleSource,
  argument: Node,
  block: Node | undefined,
): Pick<Callback, 'fn' | 'declaration'> | undefined {
  if (isFunction(argument)) return { fn: argument, declaration: undefined }
  if (argument.type !== 'Identifier') return undefined

  const variable = module.scopes.scopes
    .flatMap(({ references }) => references)
    .find(({ identifier }) => identifier === argument)?.resolved
  const [definition, ...more] = variable?.defs ?? []
  if (variable === null || variable === undefined || more.length > 0) return undefined
  const uses = variable.references.filter(({ init }) => !init)
  if (uses.length !== 1) return undefined
  if (definition?.type === 'FunctionName' && definition.node.type === 'FunctionDeclaration') {
    const { node } = definition
    return node.parent === block ? { fn: node, declaration: node } : undefined
  }
  if (definition?.type !== 'Variable' || definition.parent.kind !== 'const') return undefined
  const { node, parent } = definition
  const fn = node.init && unwrap(node.init)
  if (!fn || !isFunction(fn) || parent.declarations.length !== 1 || parent.parent !== block) {
    return undefined
  }
  return { fn, declaration: parent }
}

function paramsOf(
  pattern: Node,
  variableOf: (node: Node) => Variable | undefined,
): Callback['params'] | undefined {
  if (pattern.type === 'Identifier') return variableOf(pattern)
  return namesOf(pattern, variableOf)
}

/** The variables of `{ model, action: a, args }`, if it holds nothing else. */
export function namesOf(
  pattern: Node,
  variableOf: (node: Node) => Variable | undefined,
): ReadonlyMap<ParamsMember, Variable> | undefined {
  if (pattern.type !== 'ObjectPattern') return undefined
  const names = new Map<ParamsMember, Variable>()
  for (const property of pattern.properties) {
    if (property.type !== 'Property') return undefined
    const name = keyName(property.key, property.computed)
    const variable = variableOf(property.value)
    if (variable === undefined || !isParamsMember(name) || names.has(name)) return undefined
    names.set(name, variable)
  }
  return names
}

export function isParamsMember(name: string | undefined): name is ParamsMember {
  return name === 'model' || name === 'action' || name === 'args'
}

// A method is called on another object, and has no name of its own.
function observesItsCaller(fn: FunctionNode): boolean {
  const ownName = fn.type === 'FunctionExpression' ? fn.id?.name : undefined
  let isObserved = false
  walk(fn.body, (node) => {
    isObserved ||= node.type === 'Identifier' && node.name === ownName
  })
  walk(fn.body, (node) => {
    if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration') return false
    isObserved ||=
      node.type === 'ThisExpression' ||
      (node.type === 'MetaProperty' && node.meta.name === 'new') ||
      (node.type === 'Identifier' && node.name === 'arguments')
    return undefined
  })
  return isObserved
}
