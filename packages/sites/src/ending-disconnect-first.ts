import type { SharedClient } from './disconnect-client.ts'
import { readLink } from './ending-chain.ts'
import { mentionsOf } from './ending-functions.ts'
import { indentAt, readStyle, startsLine } from './ending-style.ts'
import type { Edit, ModuleSource } from './module-source.ts'
import { functionAround, type FunctionNode } from './syntax.ts'
import type { Node } from './walk.ts'

/**
 * Waits for the disconnect before a `process.exit`: at the top, in a function that the module runs
 * once, or in a handler of a promise.
 */
export function disconnectFirst(
  exit: Node,
  module: ModuleSource,
  client: SharedClient,
  name: string,
): readonly Edit[] | undefined {
  const edit = editAt(exit, `await ${name}.$disconnect()`, module)
  const fn = functionAround(exit)
  if (edit === undefined || fn === undefined) return edit && [edit]
  if (hides(fn, name, module, client)) return undefined

  const [mention, other] = mentionsOf(fn, client.names)
  if (mention?.parent?.type !== 'CallExpression' || other !== undefined) return undefined
  const isHandler = mention.parent.callee !== mention && readLink(mention.parent) !== undefined
  const isRun = mention.parent.callee === mention && functionAround(mention.parent) === undefined
  if (fn.async) return isHandler || isRun ? [edit] : undefined
  return isHandler ? [{ start: fn.range[0], end: fn.range[0], text: 'async ' }, edit] : undefined
}

function editAt(exit: Node, disconnect: string, module: ModuleSource): Edit | undefined {
  const { text } = module
  const { parent } = exit
  const [start, end] = exit.range
  const { semicolon, newline } = readStyle(module)
  if (parent?.type === 'SequenceExpression') return { start, end: start, text: `${disconnect}, ` }
  if (parent?.type === 'ArrowFunctionExpression') {
    const isBare = /=>\s*$/.test(text.slice(parent.range[0], start))
    const body = `{ ${disconnect}; ${text.slice(start, end)}${semicolon} }`
    return isBare ? { start, end, text: body } : undefined
  }
  if (parent?.type !== 'ExpressionStatement' && parent?.type !== 'ReturnStatement') return undefined
  const at = parent.range[0]
  if (parent.parent.type === 'IfStatement') {
    const body = `{ ${disconnect}; ${text.slice(...parent.range)} }`
    return { start: at, end: parent.range[1], text: body }
  }
  if (!['BlockStatement', 'Program', 'SwitchCase'].includes(parent.parent.type)) return undefined
  if (!startsLine(text, at)) return { start: at, end: at, text: `${disconnect}; ` }
  const ended = text[parent.range[1] - 1] === ';' ? ';' : ''
  return { start: at, end: at, text: `${disconnect}${ended}${newline}${indentAt(text, at)}` }
}

/** Whether a function has a variable of its own of the name of the client. */
function hides(
  fn: FunctionNode,
  name: string,
  module: ModuleSource,
  client: SharedClient,
): boolean {
  const variable = module.scopes.acquire(fn)?.set.get(name)
  return variable?.identifiers.some((identifier) => !client.isClient(identifier)) === true
}
