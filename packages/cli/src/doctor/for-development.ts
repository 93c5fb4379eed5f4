import { memberName, stringValue, type Node } from '@oneprisma/sites'

/**
 * Whether a statement does something outside of production alone:
 * `if (process.env.NODE_ENV !== 'production') globalThis.prisma = prisma`.
 */
export function isForDevelopment(statement: Node): boolean {
  if (statement.type === 'IfStatement') {
    // `if (isProduction) prisma = new PrismaClient()`, and the rest in the other branch.
    return isEnvironment(statement.test, statement.alternate === null ? '!==' : '===')
  }
  const isAnd =
    statement.type === 'ExpressionStatement' && statement.expression.type === 'LogicalExpression'
  return isAnd && statement.expression.type === 'LogicalExpression'
    ? isEnvironment(statement.expression.left, '!==')
    : false
}

function isEnvironment(test: Node, operator: '===' | '!=='): boolean {
  if (test.type !== 'BinaryExpression') return false
  const sides = [test.left, test.right]
  if (!sides.some((side) => memberName(side) === 'NODE_ENV')) return false
  const value = sides.map(stringValue).find((text) => text !== undefined)
  // `!=` means the same of texts.
  const isSame = test.operator.startsWith(operator.slice(0, 1))
  return value === (isSame ? 'production' : 'development')
}
