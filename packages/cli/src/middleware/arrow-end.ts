import type { FunctionNode } from '@oneprisma/sites'

/** Where the `=>` of an arrow function ends: what it returns begins there, comments and all. */
export function arrowEnd(text: string, fn: FunctionNode): number {
  const head = (fn.returnType ?? fn.params.at(-1) ?? fn).range
  // A comment is passed over as a whole, whatever it says.
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|=>/g
  tokens.lastIndex = head[1]
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token[0] === '=>') return tokens.lastIndex
  }
  return fn.body.range[0]
}
