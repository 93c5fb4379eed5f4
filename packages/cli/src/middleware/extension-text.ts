import { type Edit, type ModuleSource, type Node, walk } from '@oneprisma/sites'
import type { Callback } from './callback.ts'
import { chooseNames, type ExtensionNames } from './extension-names.ts'
import type { ParamsUse } from './params-use.ts'
import { arrowEnd } from './arrow-end.ts'
import { indentationAt } from '../text/lines.ts'
import { editedSlice, indentationUnit, lineEnd } from './text-edit.ts'

/** A middleware that can be written as an extension. */
export interface Extension {
  readonly callback: Callback
  readonly use: ParamsUse
  /** The comments that stood before the middleware and in its head. */
  readonly comments: readonly string[]
}

/** Writes `.$extends({ query: { $allOperations... } })` for a client on a line of that indentation. */
export function extensionText(
  module: ModuleSource,
  { callback, use, comments }: Extension,
  indentation: string,
): string {
  const { text } = module
  const unit = indentationUnit(text)
  const inner = indentation + unit + unit
  const names = chooseNames(callback.fn, use)
  const lines = [
    '.$extends({',
    `${indentation}${unit}query: {`,
    ...comments.map((comment) => inner + reindentedComment(comment, inner)),
    `${inner}${method(module, callback, use, names, inner)},`,
    `${indentation}${unit}},`,
    `${indentation}})`,
  ]
  return lines.join(lineEnd(text))
}

function method(
  module: ModuleSource,
  { fn }: Callback,
  use: ParamsUse,
  names: ExtensionNames,
  indentation: string,
): string {
  const { text } = module
  const { body } = fn
  const returned = fn.returnType ? text.slice(...fn.returnType.range) : ''
  const head = `(${names.pattern})${returned}`
  const edits = [...renamings(module, use, names), ...reindentation(module, body, indentation)]
  if (body.type === 'BlockStatement') {
    const start = oldAction(module, fn, names, indentation)
    const block = editedSlice(text, body.range[0], body.range[1], [...edits, ...start])
    return `${fn.async ? 'async ' : ''}$allOperations${head} ${block}`
  }

  const value = editedSlice(text, arrowEnd(text, fn), fn.range[1], edits).trim()
  const inline =
    names.oldAction === undefined ? value : withOldAction(value, names, text, indentation)
  return `$allOperations: ${fn.async ? 'async ' : ''}${head} => ${inline}`
}

/** The edits that put the names of an extension in place of those of a middleware. */
function renamings(
  { text }: ModuleSource,
  { places, nextCalls, unpacking }: ParamsUse,
  names: ExtensionNames,
): Edit[] {
  const edits = places.map(({ node, member }) => replace(node, names.of[member]))
  for (const { call, args } of nextCalls) {
    edits.push(replace(call.callee, names.query))
    const [argument] = call.arguments
    if (argument === undefined) continue
    if (args === undefined) edits.push(replace(argument, names.of.args))
    else {
      edits.push({ start: argument.range[0], end: args.range[0], text: '' })
      edits.push({ start: args.range[1], end: argument.range[1], text: '' })
    }
  }
  if (unpacking !== undefined) {
    const [start, end] = unpacking.range
    const lineStart = start - indentationAt(text, start).length
    const isAlone = /[\r\n]/.test(text[lineStart - 1] ?? '') && /^\r?\n/.test(text.slice(end))
    const lineEndLength = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0
    edits.push(
      isAlone ? { start: lineStart, end: end + lineEndLength, text: '' } : { start, end, text: '' },
    )
  }
  return edits
}

/** The edits that move all lines of a body but the first to where the body goes. */
function reindentation({ text }: ModuleSource, body: Node, indentation: string): Edit[] {
  const old = indentationAt(text, body.range[1])
  const literal = literalsIn(body)
  const edits: Edit[] = []
  for (
    let at = text.indexOf('\n', body.range[0]) + 1;
    at > 0 && at < body.range[1];
    at = text.indexOf('\n', at) + 1
  ) {
    if (!text.startsWith(old, at) || /^[ \t]*\r?\n/.test(text.slice(at, at + 400))) continue
    if (literal.some(({ range }) => range[0] < at && at < range[1])) continue
    edits.push({ start: at, end: at + old.length, text: indentation })
  }
  return edits
}

// A line that begins in one of these is a part of its value.
function literalsIn(body: Node): Node[] {
  const literals: Node[] = []
  walk(body, (node) => {
    if (node.type === 'TemplateElement' || node.type === 'Literal' || node.type === 'JSXText') {
      literals.push(node)
    }
  })
  return literals
}

function oldAction(
  { text }: ModuleSource,
  { body }: Callback['fn'],
  names: ExtensionNames,
  indentation: string,
): Edit[] {
  if (names.oldAction === undefined || body.type !== 'BlockStatement') return []
  const directive = body.body.findLast(
    (node) => 'directive' in node && typeof node.directive === 'string',
  )
  const [start, end] = directive?.range ?? [body.range[0], body.range[0] + 1]
  const rest = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
  const isAtLineEnd = /^\r?\n/.test(text.slice(end + rest))
  const after = isAtLineEnd ? '' : lineEnd(text) + indentation + indentationUnit(text)
  const lines = actionLines(names, text, indentation) + needed(text.slice(end)) + after
  return [{ start, end: end + rest, text: text.slice(start, end) + lines }]
}

// Without it, a line that begins with one of these would go on from the line before.
function needed(after: string): string {
  return /^\s*[([`/+*-]/.test(after) && !/^\s*\/[/*]/.test(after) ? ';' : ''
}

function withOldAction(
  value: string,
  names: ExtensionNames,
  text: string,
  indentation: string,
): string {
  const end = lineEnd(text)
  const inner = indentation + indentationUnit(text)
  return `{${actionLines(names, text, indentation)}${end}${inner}return (${value}${/\/\/[^\n]*$/.test(value) ? end : ''})${end}${indentation}}`
}

function actionLines(names: ExtensionNames, text: string, indentation: string): string {
  const start = lineEnd(text) + indentation + indentationUnit(text)
  const semicolon = /;\r?$/m.test(text) ? ';' : ''
  return `${start}// Middleware was told \`queryRaw\` for \`$queryRaw\` and \`$queryRawUnsafe\`.${start}const ${names.of.action} = ${names.oldAction ?? ''}${semicolon}`
}

function reindentedComment(comment: string, indentation: string): string {
  return comment
    .split('\n')
    .map((line, index) => {
      if (index === 0) return line
      const rest = line.replace(/^[ \t]+/, '')
      if (rest.trim() === '') return rest
      return indentation + (rest.startsWith('*') ? ` ${rest}` : rest)
    })
    .join('\n')
}

function replace(node: Node, text: string): Edit {
  return { start: node.range[0], end: node.range[1], text }
}
