import type { TSESTree } from '@typescript-eslint/types'
import { join } from 'node:path/posix'

/** Where a file stands, to know what its `__dirname` and its working folder are. */
export interface Place {
  /** The folder of the file, as a path from the root that begins with `/`. */
  readonly folder: string
  readonly workingFolder: string
}

/** The text of an expression that is the same whenever it runs; paths begin with `/` at the root. */
export function staticTextOf(node: TSESTree.Node | undefined, place: Place): string | undefined {
  const value = unwrap(node)
  switch (value?.type) {
    case 'Literal':
      return typeof value.value === 'string' ? value.value : undefined
    case 'TemplateLiteral':
      return templateText(value, place)
    case 'BinaryExpression':
      return concatenated([staticTextOf(value.left, place), staticTextOf(value.right, place)])
    case 'Identifier':
      return value.name === '__dirname' ? place.folder : undefined
    case 'MemberExpression':
      return isMetaFolder(value) ? place.folder : undefined
    case 'CallExpression':
      return callText(value, place)
    default:
      return undefined
  }
}

function templateText(template: TSESTree.TemplateLiteral, place: Place): string | undefined {
  const parts = template.quasis.flatMap((quasi, at) => {
    const expression = template.expressions[at]
    const text: string | null | undefined = quasi.value.cooked
    return expression === undefined
      ? [text ?? undefined]
      : [text ?? undefined, staticTextOf(expression, place)]
  })
  return concatenated(parts)
}

function callText(call: TSESTree.CallExpression, place: Place): string | undefined {
  if (isCallOf(call, ['cwd'])) return place.workingFolder
  if (!isCallOf(call, ['join', 'resolve'])) return undefined
  const texts = allKnown(call.arguments.map((argument) => staticTextOf(argument, place)))
  return texts === undefined || texts.length === 0 ? undefined : join(...texts)
}

function concatenated(parts: readonly (string | undefined)[]): string | undefined {
  return allKnown(parts)?.join('')
}

function allKnown(parts: readonly (string | undefined)[]): readonly string[] | undefined {
  const known = parts.filter((part) => part !== undefined)
  return known.length === parts.length ? known : undefined
}

/** The variables that an expression reads: `env('X')`, `process.env.X`, `process.env['X'] ?? ''`. */
export function envVariablesOf(node: TSESTree.Node | undefined): readonly string[] {
  const value = unwrap(node)
  if (value?.type === 'LogicalExpression') {
    return [...envVariablesOf(value.left), ...envVariablesOf(value.right)]
  }
  if (value?.type === 'CallExpression') {
    return isCallOf(value, ['env']) ? literalOf(value.arguments[0]) : []
  }
  if (value?.type !== 'MemberExpression' || !isEnv(unwrap(value.object))) return []
  if (value.computed) return literalOf(value.property)
  return value.property.type === 'Identifier' ? [value.property.name] : []
}

function literalOf(node: TSESTree.Node | undefined): readonly string[] {
  return node?.type === 'Literal' && typeof node.value === 'string' ? [node.value] : []
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

// `import.meta.dirname`
function isMetaFolder({ object, property }: TSESTree.MemberExpression): boolean {
  const isDirname = property.type === 'Identifier' && property.name === 'dirname'
  return object.type === 'MetaProperty' && isDirname
}

function isEnv(node: TSESTree.Node | undefined): boolean {
  return (
    node?.type === 'MemberExpression' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'env'
  )
}
