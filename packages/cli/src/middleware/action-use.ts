import { memberName, type Node, unwrap, wrapped } from '@oneprisma/sites'

/**
 * Whether a place that reads the action can tell the names of raw queries apart: middleware was
 * told `queryRaw` and `executeRaw`, query extensions `$queryRaw` or `$queryRawUnsafe`.
 */
export function needsOldAction(place: Node): boolean {
  const value = wrapped(place)
  const { parent } = value
  switch (parent?.type) {
    case 'BinaryExpression': {
      const other = parent.left === value ? parent.right : parent.left
      return !EQUALITY.has(parent.operator) || !isNameInBoth(other)
    }
    case 'SwitchStatement':
      return !parent.cases.every(({ test }) => test === null || isNameInBoth(test))
    case 'CallExpression': {
      const callee = unwrap(parent.callee)
      return !(
        callee.type === 'MemberExpression' &&
        memberName(callee) === 'includes' &&
        areNamesInBoth(unwrap(callee.object)) &&
        parent.arguments.length === 1
      )
    }
    default:
      return true
  }
}

const EQUALITY = new Set(['===', '!==', '==', '!='])

function areNamesInBoth(list: Node): boolean {
  return (
    list.type === 'ArrayExpression' &&
    list.elements.every((element) => element !== null && isNameInBoth(element))
  )
}

function isNameInBoth(node: Node): boolean {
  const value = unwrap(node)
  return (
    value.type === 'Literal' &&
    typeof value.value === 'string' &&
    !value.value.startsWith('$') &&
    !['queryRaw', 'executeRaw', 'runCommandRaw'].includes(value.value)
  )
}
