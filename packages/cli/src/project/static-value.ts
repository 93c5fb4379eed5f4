import type { TSESTree } from '@typescript-eslint/types'
import { join } from 'node:path/posix'

/** The text of an expression that is the same whenever it runs, from where its file stands. */
export function staticTextOf(node: TSESTree.Node | undefined): string | undefined {
  const value = unwrap(node)
  if (value === undefined) return undefined
  if (value.type === 'Literal') return typeof value.value === 'string' ? value.value : undefined
  if (value.type === 'TemplateLiteral') {
    return value.expressions.length === 0 ? (value.quasis[0]?.value.cooked ?? undefined) : undefined
  }
  if (value.type === 'BinaryExpression') {
    const left = staticTextOf(value.left)
    const right = staticTextOf(value.right)
    return left === undefined || right === undefined ? undefined : left + right
  }
  if (isOwnFolder(value)) return '.'
  return value.type === 'CallExpression' && isCallOf(value, ['join', 'resolve'])
    ? joinTexts(value.arguments.map(staticTextOf))
    : undefined
}

/** The variable that an expression reads: `env('X')`, `process.env.X`, `process.env['X'] ?? ''`. */
export function envVariableOf(node: TSESTree.Node | undefined): string | undefined {
  const value = unwrap(node)
  if (value?.type === 'LogicalExpression') return envVariableOf(value.left)
  if (value?.type === 'CallExpression') {
    return isCallOf(value, ['env']) ? staticTextOf(value.arguments[0]) : undefined
  }
  if (value?.type !== 'MemberExpression' || !isEnv(unwrap(value.object))) return undefined
  if (value.computed) return staticTextOf(value.property)
  return value.property.type === 'Identifier' ? value.property.name : undefined
}

/** What an expression is without the syntax of types around it. */
export function unwrap(node: TSESTree.Node | undefined): TSESTree.Node | undefined {
  let value = node
  while (
    value?.type === 'TSAsExpression' ||
    value?.type === 'TSSatisfiesExpression' ||
    value?.type === 'TSNonNullExpression' ||
    value?.type === 'ChainExpression'
  ) {
    value = value.expression
  }
  return value
}

function isCallOf(call: TSESTree.CallExpression, names: readonly string[]): boolean {
  const { callee } = call
  if (callee.type === 'Identifier') return names.includes(callee.name)
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    names.includes(callee.property.name)
  )
}

function joinTexts(texts: readonly (string | undefined)[]): string | undefined {
  const known = texts.filter((text) => text !== undefined)
  return known.length === texts.length && known.length > 0 ? join(...known) : undefined
}

// `__dirname`, `import.meta.dirname` and `process.cwd()`.
function isOwnFolder(node: TSESTree.Node): boolean {
  if (node.type === 'Identifier') return node.name === '__dirname'
  if (node.type === 'CallExpression') return isCallOf(node, ['cwd'])
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'MetaProperty' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'dirname'
  )
}

function isEnv(node: TSESTree.Node | undefined): boolean {
  return (
    node?.type === 'MemberExpression' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'env'
  )
}
