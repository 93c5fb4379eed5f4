import { isFunction, type Edit, type Node } from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'
import { applyEdits } from '../text/apply-edits.ts'
import { extentOf, type Extent } from './line-removal.ts'
import { indentationAt } from '../text/lines.ts'
import { reindent } from './reindent.ts'
import type { Sharing } from './sharing.ts'
import { styleOf } from './source-style.ts'

interface CallbackParts {
  readonly sharing: Sharing
  readonly names: { readonly observe: string; readonly client: string }
  /** What makes the client, with the casts around it. */
  readonly made: Node
  readonly constants: readonly Node[]
  readonly listeners: readonly Node[]
  readonly adapterEdits: readonly Edit[]
}

export interface Callback {
  /** The argument of `sharePrisma`. */
  readonly text: string
  /** Edits outside of it: a factory gets the parameter that it needs. */
  readonly edits: readonly Edit[]
  /** Whether a factory has to name the type of that parameter. */
  readonly needsTools: boolean
}

/** Writes the callback that makes the client, from what made it before. */
export function writeCallback(parts: CallbackParts): Callback {
  const { sharing, names, made, constants, listeners, adapterEdits } = parts
  const { analysis, anchor, makers } = sharing
  const { text } = analysis.module
  const [maker] = makers
  const style = styleOf(analysis.module)
  const home = indentationAt(text, anchor.node.range[0])
  const inner = home + style.indent
  const observes = adapterEdits.length > 0
  const tools = observes
    ? `{ observe${names.observe === 'observe' ? '' : `: ${names.observe}`} }`
    : ''
  const isFactory = maker.kind === 'function' && maker.node !== maker.fn
  const isInline = maker.kind === 'function' && maker.node === maker.fn

  const factoryEdits = isFactory && observes ? [...adapterEdits, parameterEdit()] : []
  const edits = isInline && observes ? [...adapterEdits, parameterEdit()] : adapterEdits
  const expression = (indent: string): string =>
    reindent(
      isFactory ? text.slice(...made.range) : applyEdits(text, edits, ...made.range),
      [made],
      indentationAt(text, made.range[0]),
      indent,
    )
  const needsTools = isFactory && observes
  if (constants.length === 0 && listeners.length === 0) {
    const written = expression(home)
    const argument = isInline
      ? written
      : `(${tools}) => ${isFactory ? callOf(written) : asBody(written)}`
    return { text: argument, edits: factoryEdits, needsTools }
  }

  const created = maker.kind === 'function' ? callOf(expression(inner)) : expression(inner)
  const lines = [
    ...constants.map((node) => statement(node, edits)),
    ...(listeners.length === 0
      ? [`return ${created}${style.end}`]
      : [
          // Without the `;`, a listener in parentheses would be taken for arguments.
          `const ${names.client} = ${created}${listeners.some(({ range }) => text[range[0]] === '(') ? ';' : style.end}`,
          ...listeners.map((node) => statement(node, renames(node))),
          `return ${names.client}${style.end}`,
        ]),
  ]
  const body = lines.map((line) => `${inner}${line}${style.newline}`).join('')
  return {
    text: `(${tools}) => {${style.newline}${body}${home}}`,
    edits: factoryEdits,
    needsTools,
  }

  function callOf(name: string): string {
    const callee = isInline ? `(${name})` : name
    return observes
      ? `${callee}({ observe${names.observe === 'observe' ? '' : `: ${names.observe}`} })`
      : `${callee}()`
  }

  function statement(node: Node, within: readonly Edit[]): string {
    const { start, end }: Extent = extentOf(node, analysis.module)
    const from = indentationAt(text, node.range[0])
    return reindent(applyEdits(text, within, start, end).trimStart(), [node], from, inner)
  }

  /** The listener is added to the new client, which the handle does not know yet. */
  function renames(node: Node): Edit[] {
    const uses = anchor.variable?.references ?? []
    return uses
      .filter(({ identifier }) => isWithin(identifier, node))
      .map(({ identifier: { range } }) => ({ start: range[0], end: range[1], text: names.client }))
  }

  function parameterEdit(): Edit {
    const fn = maker.kind === 'function' ? maker.fn : made
    const type = isFactory && style.isTypeScript ? ': ShareTools' : ''
    const start = text.indexOf('(', isFunction(fn) && fn.id ? fn.id.range[1] : fn.range[0]) + 1
    return { start, end: start, text: `${tools}${type}` }
  }
}

// An arrow function takes a `{` for its body, and a cast of it needs no parentheses.
function asBody(expression: string): string {
  return expression.startsWith('{') ? `(${expression})` : expression
}
