import type { Node } from '@oneprisma/sites'

/** The range of a statement, with its line where it has one for itself, and one of two blank lines. */
export function lineOf({ range: [from, to] }: Node, text: string): [number, number] {
  const before = text.slice(0, from).search(/[^\S\r\n]*$/)
  const [after] = /^[^\S\r\n]*(?:\r?\n|$)/.exec(text.slice(to)) ?? []
  const isAlone = after !== undefined && (before === 0 || text[before - 1] === '\n')
  if (!isAlone) return [from, to]
  const end = to + after.length
  const [blank = ''] = /^\r?\n/.exec(text.slice(end)) ?? []
  return [before, /\n\r?\n$/.test(text.slice(0, before)) ? end + blank.length : end]
}
