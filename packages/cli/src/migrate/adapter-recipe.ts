import type { Variable } from '@typescript-eslint/scope-manager'
import {
  keyName,
  memberName,
  unwrap,
  type FoundSite,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'

/** How a client's driver adapter is made, where that is all that the client is given. */
export interface AdapterRecipe {
  readonly className: string
  readonly source: string
  /** The environment variable of its connection string. */
  readonly urlVariable: string
  /** The variables that the adapter is made with: its class, and what holds it. */
  readonly variables: readonly Variable[]
}

/** Variables that can go once their users are gone: making them does nothing that anything needs. */
export type DroppableAdapter = ReadonlySet<Variable>

/**
 * Reads the options `{ adapter }` of a client, where the adapter is made from a connection string
 * of the environment and from nothing else: then any client that is made alike can stand for it.
 */
export function adapterRecipe(
  site: FoundSite,
  analysis: ModuleAnalysis,
): AdapterRecipe | undefined {
  if (site.node.type !== 'NewExpression' || site.node.arguments.length !== 1) return undefined
  const [options] = site.node.arguments
  const object = options && unwrap(options)
  if (object?.type !== 'ObjectExpression' || object.properties.length !== 1) return undefined
  const [property] = object.properties
  if (property?.type !== 'Property') return undefined
  if (keyName(property.key, property.computed) !== 'adapter') return undefined
  const variables: Variable[] = []
  const made = follow(property.value)
  if (made?.type !== 'NewExpression' || made.callee.type !== 'Identifier') return undefined
  const origin = importOf(made.callee)
  const url = made.arguments.length === 1 ? urlOf(made.arguments[0]) : undefined
  if (origin === undefined || url === undefined) return undefined
  const constructor = analysis.evaluator.names.variableOf(made.callee)
  if (constructor !== undefined) variables.push(constructor)
  if (!/(?:^|\/)(?:adapter-|.*-adapter$)/.test(origin.source)) return undefined
  return { ...origin, urlVariable: url, variables }

  /** The value of an expression, through constants that nothing else changes. */
  function follow(node: Node): Node | undefined {
    const value = unwrap(node)
    if (value.type !== 'Identifier') return value
    const variable = analysis.evaluator.names.variableOf(value)
    const [definition] = variable?.defs ?? []
    if (variable === undefined || definition?.node.type !== 'VariableDeclarator') return undefined
    const { id, init } = definition.node
    const writes = variable.references.filter((reference) => reference.isWrite())
    if (id.type !== 'Identifier' || init === null || writes.length !== 1) return undefined
    variables.push(variable)
    return follow(init)
  }

  function importOf(callee: Node): Pick<AdapterRecipe, 'className' | 'source'> | undefined {
    const [definition] = analysis.evaluator.names.variableOf(callee)?.defs ?? []
    const node = definition?.node
    if (node?.type === 'ImportSpecifier' && node.parent?.type === 'ImportDeclaration') {
      const { imported } = node
      const className = imported.type === 'Identifier' ? imported.name : imported.value
      return { className, source: node.parent.source.value }
    }
    if (node?.type !== 'VariableDeclarator' || node.init?.type !== 'CallExpression')
      return undefined
    const [source] = node.init.arguments
    const property = definition?.name.parent
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return undefined
    if (property?.type !== 'Property' || property.key.type !== 'Identifier') return undefined
    return { className: property.key.name, source: source.value }
  }

  /** `process.env.X`, `{ connectionString: process.env.X }`, `{ url: ... }`, or a pool of these. */
  function urlOf(node: Node | undefined): string | undefined {
    const value = node && follow(node)
    if (value === undefined) return undefined
    if (value.type === 'TemplateLiteral' && value.expressions.length === 1) {
      const isWhole = value.quasis.every(({ value: { raw } }) => raw === '')
      return isWhole ? urlOf(value.expressions[0]) : undefined
    }
    if (value.type === 'ObjectExpression' && value.properties.length === 1) {
      const [only] = value.properties
      if (only?.type !== 'Property') return undefined
      const name = keyName(only.key, only.computed) ?? ''
      return ['connectionString', 'url'].includes(name) ? urlOf(only.value) : undefined
    }
    if (value.type === 'MemberExpression') {
      const object = unwrap(value.object)
      const isEnvironment =
        memberName(object) === 'env' &&
        object.type === 'MemberExpression' &&
        analysis.evaluator.names.globalName(object.object) === 'process'
      return isEnvironment ? memberName(value) : undefined
    }
    return undefined
  }
}

/** Whether two recipes make adapters that cannot be told apart. */
export function isSameRecipe(one: AdapterRecipe, other: AdapterRecipe): boolean {
  return (
    one.className === other.className &&
    one.source === other.source &&
    one.urlVariable === other.urlVariable
  )
}
