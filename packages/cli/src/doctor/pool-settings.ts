import { keyName, stringValue, unwrap, type Names, type Node, type Origin } from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'
import { constantOf, packageExportOf } from './constant.ts'

/** What a pool is made with, as far as the module tells. */
export type PoolSettings =
  /** All of it. A plain connection string is a member `connectionString`. */
  | { readonly kind: 'known'; readonly entries: Entries }
  /** A part: the rest comes from elsewhere. */
  | { readonly kind: 'partial'; readonly entries: Entries }
  /** `pgPool` makes it, which bounds every wait and translates the connection string. */
  | { readonly kind: 'pg-pool'; readonly call: TSESTree.CallExpression }
  /** A pool that was made before; `origin` is its class. */
  | { readonly kind: 'pool'; readonly made: TSESTree.NewExpression; readonly origin: Origin }
  | { readonly kind: 'unknown' }

export type Entries = ReadonlyMap<string, Node>

const UNKNOWN: PoolSettings = { kind: 'unknown' }

/** Reads what the first argument of `new PrismaPg()` or `new Pool()` says. */
export function poolSettingsOf(argument: Node | undefined, names: Names): PoolSettings {
  // Without one, the environment of libpq has the server, and nothing has bounds.
  if (argument === undefined) return { kind: 'known', entries: new Map() }
  const call = pgPoolCall(argument, names)
  if (call !== undefined) return { kind: 'pg-pool', call }
  const node = constantOf(argument, names)
  switch (node.type) {
    case 'ObjectExpression':
      return settingsIn(node, names)
    case 'NewExpression': {
      const origin = packageExportOf(node.callee, names)
      return origin === undefined ? UNKNOWN : { kind: 'pool', made: node, origin }
    }
    case 'Literal':
    case 'TemplateLiteral':
    case 'LogicalExpression':
    case 'MemberExpression':
      return isText(node)
        ? { kind: 'known', entries: new Map([['connectionString', node]]) }
        : UNKNOWN
    default:
      return UNKNOWN
  }
}

/** The members of an object literal by name, with what is spread into it. */
export function entriesOf(
  object: TSESTree.ObjectExpression,
  names: Names,
): { readonly entries: Entries; readonly isOpen: boolean } {
  const entries = new Map<string, Node>()
  let isOpen = false
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') {
      for (const part of alternatives(property.argument, names)) {
        if (part.type !== 'ObjectExpression') isOpen ||= mayHoldMembers(part)
        else {
          const inner = entriesOf(part, names)
          for (const [name, value] of inner.entries) entries.set(name, value)
          isOpen ||= inner.isOpen
        }
      }
    } else {
      const name = keyName(property.key, property.computed)
      if (name === undefined) isOpen = true
      else entries.set(name, property.value)
    }
  }
  return { entries, isOpen }
}

function settingsIn(object: TSESTree.ObjectExpression, names: Names): PoolSettings {
  for (const property of object.properties) {
    if (property.type !== 'SpreadElement') continue
    // `{ ...config, max: 5 }` after `const { config } = pgPool(url)` is bounded as `config` is.
    const call = pgPoolCall(property.argument, names)
    if (call !== undefined) return { kind: 'pg-pool', call }
  }
  const { entries, isOpen } = entriesOf(object, names)
  return { kind: isOpen ? 'partial' : 'known', entries }
}

/** The expressions of which one is the value: both branches of a condition. */
function alternatives(expression: Node, names: Names): readonly Node[] {
  const node = constantOf(expression, names)
  if (node.type === 'ConditionalExpression') {
    return [...alternatives(node.consequent, names), ...alternatives(node.alternate, names)]
  }
  if (node.type === 'LogicalExpression') {
    const right = alternatives(node.right, names)
    return node.operator === '&&' ? right : [...alternatives(node.left, names), ...right]
  }
  return [node]
}

function mayHoldMembers(node: Node): boolean {
  return !(node.type === 'Literal' || (node.type === 'Identifier' && node.name === 'undefined'))
}

/** The call of `pgPool` whose `config` an expression is. */
function pgPoolCall(expression: Node, names: Names): TSESTree.CallExpression | undefined {
  const node = unwrap(expression)
  if (node.type === 'MemberExpression') return pgPoolCall(node.object, names)
  if (node.type === 'CallExpression') {
    const origin = packageExportOf(node.callee, names)
    return origin?.source === '@oneprisma/client/pg' && origin.imported === 'pgPool'
      ? node
      : undefined
  }
  const [definition] = names.variableOf(node)?.defs ?? []
  if (definition?.node.type !== 'VariableDeclarator' || definition.node.init === null) {
    return undefined
  }
  const init = unwrap(definition.node.init)
  return init === node ? undefined : pgPoolCall(init, names)
}

function isText(node: Node): boolean {
  if (node.type === 'LogicalExpression') return isText(unwrap(node.left))
  if (node.type === 'TemplateLiteral') return true
  if (node.type === 'Literal') return stringValue(node) !== undefined
  return node.type === 'MemberExpression' && /\benv\b/i.test(objectNames(node))
}

function objectNames(node: TSESTree.MemberExpression): string {
  const object = unwrap(node.object)
  if (object.type === 'Identifier') return object.name
  if (object.type !== 'MemberExpression') return ''
  return `${objectNames(object)}.${keyName(object.property, object.computed) ?? ''}`
}
