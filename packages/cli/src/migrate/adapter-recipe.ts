import type { Variable } from '@typescript-eslint/scope-manager'
import {
  keyName,
  memberName,
  originOf,
  unwrap,
  type FoundSite,
  type ModuleAnalysis,
  type Names,
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
  { evaluator: { names } }: ModuleAnalysis,
): AdapterRecipe | undefined {
  if (site.node.type !== 'NewExpression') return undefined
  const value = onlyProperty(site.node.arguments, ['adapter'])
  const variables: Variable[] = []
  const made = value && follow(value, names, variables)
  if (made?.type !== 'NewExpression' || made.arguments.length !== 1) return undefined
  const constructor = names.variableOf(made.callee)
  const origin = constructor && importOf(constructor)
  const urlVariable = urlOf(made.arguments[0], names, variables)
  if (constructor === undefined || origin === undefined || urlVariable === undefined) {
    return undefined
  }
  if (!/(?:^|\/)(?:adapter-|.*-adapter$)/.test(origin.source)) return undefined
  return { ...origin, urlVariable, variables: [...variables, constructor] }
}

/** The value of the one property of the one object that is given, if it has one of some names. */
function onlyProperty(given: readonly Node[], keys: readonly string[]): Node | undefined {
  const [first, ...others] = given
  const object = first && unwrap(first)
  if (object?.type !== 'ObjectExpression' || others.length > 0) return undefined
  const [property, ...more] = object.properties
  if (property?.type !== 'Property' || more.length > 0) return undefined
  return keys.includes(keyName(property.key, property.computed) ?? '') ? property.value : undefined
}

/** The value of an expression, through constants that nothing else changes. */
function follow(node: Node, names: Names, variables: Variable[]): Node | undefined {
  const value = unwrap(node)
  if (value.type !== 'Identifier') return value
  const variable = names.variableOf(value)
  const [definition] = variable?.defs ?? []
  if (variable === undefined || definition?.node.type !== 'VariableDeclarator') return undefined
  const { id, init } = definition.node
  const writes = variable.references.filter((reference) => reference.isWrite())
  if (id.type !== 'Identifier' || init === null || writes.length !== 1) return undefined
  variables.push(variable)
  return follow(init, names, variables)
}

/** `process.env.X`, `{ connectionString: process.env.X }`, `{ url: ... }`, a template of just that. */
function urlOf(node: Node | undefined, names: Names, variables: Variable[]): string | undefined {
  const value = node && follow(node, names, variables)
  switch (value?.type) {
    case 'TemplateLiteral': {
      const isWhole =
        value.expressions.length === 1 && value.quasis.every(({ value: { raw } }) => raw === '')
      return isWhole ? urlOf(value.expressions[0], names, variables) : undefined
    }
    case 'ObjectExpression':
      return urlOf(onlyProperty([value], ['connectionString', 'url']), names, variables)
    case 'MemberExpression':
      return isEnvironment(unwrap(value.object), names) ? memberName(value) : undefined
    default:
      return undefined
  }
}

function isEnvironment(node: Node, names: Names): boolean {
  return (
    node.type === 'MemberExpression' &&
    memberName(node) === 'env' &&
    names.globalName(node.object) === 'process'
  )
}

function importOf(variable: Variable): Pick<AdapterRecipe, 'className' | 'source'> | undefined {
  const origin = originOf(variable)
  return origin === undefined || origin.imported === '*'
    ? undefined
    : { className: origin.imported, source: origin.source }
}

/** Whether two recipes make adapters that cannot be told apart. */
export function isSameRecipe(one: AdapterRecipe, other: AdapterRecipe): boolean {
  return (
    one.className === other.className &&
    one.source === other.source &&
    one.urlVariable === other.urlVariable
  )
}
