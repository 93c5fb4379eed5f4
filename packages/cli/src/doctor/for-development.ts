import { ancestorsOf, memberName, stringValue, unwrap, type Node } from '@oneprisma/sites'

/**
 * Whether a node only runs outside of production: `if (process.env.NODE_ENV !== 'production') ...`,
 * the same with `&&`, or the `else` of what is for production.
 */
export function isForDevelopment(node: Node): boolean {
  let below = node
  for (const above of ancestorsOf(node)) {
    switch (above.type) {
      case 'IfStatement':
      case 'ConditionalExpression': {
        const isAlternate = above.alternate === below
        if (above.test !== below && chooses(above.test, isAlternate ? '===' : '!==')) return true
        break
      }
      case 'LogicalExpression':
        if (above.right === below && above.operator === '&&' && chooses(above.left, '!==')) {
          return true
        }
        break
      default:
    }
    below = above
  }
  return false
}

/** Whether a test compares the environment so that it chooses production, or all but production. */
function chooses(test: Node, operator: '===' | '!=='): boolean {
  const node = unwrap(test)
  if (node.type !== 'BinaryExpression') return false
  const sides = [node.left, node.right].map(unwrap)
  if (!sides.some((side) => memberName(side) === 'NODE_ENV')) return false
  const value = sides.map(stringValue).find((text) => text !== undefined)
  // `!=` means the same of texts.
  const isSame = node.operator.startsWith(operator.slice(0, 1))
  return value === (isSame ? 'production' : 'development')
}
