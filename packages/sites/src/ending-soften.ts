import type { TSESTree } from '@typescript-eslint/types'
import type { SharedClient } from './disconnect-client.ts'
import { isFollowedByNothing, isTail } from './ending-continuation.ts'
import { indentAt, readStyle, startsLine } from './ending-style.ts'
import type { Edit, ModuleSource } from './module-source.ts'
import { functionAround, type FunctionNode } from './syntax.ts'
import { walk, type Node } from './walk.ts'

/**
 * Makes `process.exit(code)` set the exit code and return, so that what is to run last does run.
 * Gives `undefined` where the program might go on differently.
 */
export function softenExit(
  exit: Node,
  module: ModuleSource,
  client: SharedClient,
): readonly Edit[] | undefined {
  if (exit.type !== 'CallExpression' || exit.optional) return undefined
  const [code, other] = exit.arguments
  if (code?.type === 'SpreadElement' || other !== undefined) return undefined
  const fn = functionAround(exit)
  if (fn !== undefined && (!mayReturn(fn) || !isFollowedByNothing(fn, client))) return undefined

  const assigned = assignment(exit, module.text)
  const { parent } = exit
  if (parent.type === 'ArrowFunctionExpression') return softenBody(parent, assigned, module)
  if (parent.type === 'SequenceExpression') {
    const isLast = parent.expressions.at(-1) === exit
    const isBody = parent.parent.type === 'ArrowFunctionExpression'
    return isLast && isBody && assigned !== '' ? [replace(exit, assigned)] : undefined
  }
  if (parent.type !== 'ExpressionStatement' && parent.type !== 'ReturnStatement') return undefined
  return softenStatement(parent, exit, assigned, module)
}

function softenStatement(
  statement: TSESTree.ExpressionStatement | TSESTree.ReturnStatement,
  exit: TSESTree.CallExpression,
  assigned: string,
  module: ModuleSource,
): readonly Edit[] | undefined {
  const { parent } = statement
  const isInBlock = ['BlockStatement', 'Program', 'SwitchCase'].includes(parent.type)
  if (!isInBlock && parent.type !== 'IfStatement') return undefined
  if (isInFinalizer(statement)) return undefined
  const start = statement.range[0]
  const edit = (text: string): Edit[] => [{ start, end: exit.range[1], text }]
  if (isTail(statement) && assigned !== '') return edit(assigned)
  if (functionAround(statement) === undefined) return undefined
  if (assigned === '') return edit('return')

  const { text } = module
  const isEnded = text[statement.range[1] - 1] === ';'
  if (!isInBlock) {
    const end = statement.range[1]
    return [{ start, end, text: `{ ${assigned}; return${isEnded ? ';' : ''} }` }]
  }
  if (!startsLine(text, start)) return edit(`${assigned}; return`)
  const line = `${isEnded ? ';' : ''}${readStyle(module).newline}${indentAt(text, start)}`
  return edit(`${assigned}${line}return`)
}

function softenBody(
  arrow: TSESTree.ArrowFunctionExpression,
  assigned: string,
  module: ModuleSource,
): readonly Edit[] | undefined {
  const { text } = module
  // Parentheses around the body are not in the tree, and braces within them would be an object.
  const start = text.lastIndexOf('=>', arrow.body.range[0]) + 2
  const end = arrow.range[1]
  const around = text.slice(start, arrow.body.range[0]) + text.slice(arrow.body.range[1], end)
  if (!/^[\s()]*$/.test(around)) return undefined
  const body = assigned === '' ? '{}' : `{ ${assigned}${readStyle(module).semicolon} }`
  return [{ start, end, text: ` ${body}` }]
}

/** The text that sets the exit code; nothing where the code that is set already holds. */
function assignment(exit: TSESTree.CallExpression, text: string): string {
  const [code] = exit.arguments
  if (code === undefined || exit.callee.type !== 'MemberExpression') return ''
  const host = text.slice(...exit.callee.object.range)
  return `${host}.exitCode = ${text.slice(...code.range)}`
}

function mayReturn(fn: FunctionNode): boolean {
  let mustNot = false
  // oxc has null where ESLint's parsers leave it out.
  if (fn.returnType) {
    walk(fn.returnType, ({ type }) => {
      if (type === 'TSNeverKeyword') mustNot = true
    })
  }
  walk(fn.body, (node) => {
    if (node.type === 'ReturnStatement' && node.argument !== null && !isExitLike(node.argument)) {
      mustNot = true
    }
    return !node.type.includes('Function')
  })
  return !mustNot
}

// `return process.exit(1)` gives no value.
function isExitLike(argument: Node): boolean {
  return (
    argument.type === 'CallExpression' &&
    argument.callee.type === 'MemberExpression' &&
    argument.callee.property.type === 'Identifier' &&
    argument.callee.property.name === 'exit'
  )
}

function isInFinalizer(statement: Node): boolean {
  const { parent } = statement
  if (parent === undefined || parent === null || parent.type.includes('Function')) return false
  return parent.type === 'TryStatement' && parent.finalizer === statement
    ? true
    : isInFinalizer(parent)
}

function replace(node: Node, text: string): Edit {
  return { start: node.range[0], end: node.range[1], text }
}
