import { keyName, memberName, type Node, unwrap, wrapped } from '@oneprisma/sites'
import type { MiddlewareRefusal } from './refusal.ts'

/**
 * Checks a place that reads or sets the args, `params.args` or a name of its own. A query extension
 * is given a copy, `{}` where the caller gave none, and a statement object for raw queries where
 * middleware was given an array: so only places that see no difference pass.
 */
export function refuseArgsUse(
  place: Node,
  isArgs: (node: Node) => boolean,
  isNextArgs: (value: Node) => boolean,
): MiddlewareRefusal | undefined {
  const value = wrapped(place)
  const { parent } = value
  if (!parent || isNextArgs(value) || readsKnownKeys(value, parent)) return undefined

  switch (parent.type) {
    case 'AssignmentExpression':
      if (parent.left !== value) return 'ARGS_WHOLE'
      return isAlone(parent) && isReplaced(parent.operator, parent.right, isArgs)
        ? undefined
        : 'ARGS_REPLACED'
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'ForOfStatement':
    case 'ForInStatement':
      return 'ARGS_REPLACED'
    case 'LogicalExpression':
      return isDefaulted(parent, isArgs)
        ? refuseDefaulted(parent, isArgs, isNextArgs)
        : 'ARGS_WHOLE'
    default:
      return isSpreadIntoArgs(parent, isArgs, isNextArgs) ? undefined : 'ARGS_WHOLE'
  }
}

// `params.args ?? {}` is the same object in both worlds, as far as its known keys go.
function refuseDefaulted(
  place: Node,
  isArgs: (node: Node) => boolean,
  isNextArgs: (value: Node) => boolean,
): MiddlewareRefusal | undefined {
  const value = wrapped(place)
  const { parent } = value
  if (!parent || readsKnownKeys(value, parent)) return undefined
  if (parent.type === 'AssignmentExpression' && parent.right === value) {
    return isAlone(parent) && isArgs(unwrap(parent.left)) ? undefined : 'ARGS_WHOLE'
  }
  return isSpreadIntoArgs(parent, isArgs, isNextArgs) ? undefined : 'ARGS_WHOLE'
}

function isReplaced(operator: string, right: Node, isArgs: (node: Node) => boolean): boolean {
  const value = unwrap(right)
  if (value.type === 'ObjectExpression') return ['=', '??=', '||='].includes(operator)
  return operator === '=' && value.type === 'LogicalExpression' && isDefaulted(value, isArgs)
}

function isDefaulted(node: Node, isArgs: (node: Node) => boolean): boolean {
  if (node.type !== 'LogicalExpression' || node.operator === '&&') return false
  const fallback = unwrap(node.right)
  return (
    isArgs(unwrap(node.left)) &&
    fallback.type === 'ObjectExpression' &&
    fallback.properties.length === 0
  )
}

/** Whether it is spread into an object literal that becomes the args. */
function isSpreadIntoArgs(
  spread: Node,
  isArgs: (node: Node) => boolean,
  isNextArgs: (value: Node) => boolean,
): boolean {
  if (spread.type !== 'SpreadElement' || spread.parent.type !== 'ObjectExpression') return false
  const object = wrapped(spread.parent)
  if (isNextArgs(object)) return true
  const { parent } = object
  return (
    parent?.type === 'AssignmentExpression' &&
    parent.right === object &&
    isAlone(parent) &&
    isArgs(unwrap(parent.left))
  )
}

function readsKnownKeys(value: Node, parent: Node): boolean {
  if (parent.type === 'MemberExpression') {
    return parent.object === value && isArgsKey(memberName(parent))
  }
  return (
    parent.type === 'VariableDeclarator' &&
    parent.init === value &&
    parent.id.type === 'ObjectPattern' &&
    parent.id.properties.every(
      (property) =>
        property.type === 'Property' && isArgsKey(keyName(property.key, property.computed)),
    )
  )
}

function isAlone(node: Node): boolean {
  return wrapped(node).parent?.type === 'ExpressionStatement'
}

function isArgsKey(name: string | undefined): boolean {
  return name !== undefined && ARGS_KEYS.has(name)
}

// None of these is a member of an array or of a raw statement, so raw queries have none of them.
const ARGS_KEYS = new Set([
  'by',
  'create',
  'cursor',
  'data',
  'distinct',
  'having',
  'include',
  'limit',
  'omit',
  'orderBy',
  'relationLoadStrategy',
  'select',
  'skip',
  'skipDuplicates',
  'take',
  'update',
  'where',
  '_avg',
  '_count',
  '_max',
  '_min',
  '_sum',
])
