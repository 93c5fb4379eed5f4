import type { Node } from '@oneprisma/sites'
import type { AST, Rule } from 'eslint'

/** Where a node of the analysed copy stands in the file. */
export function placeOf(node: Node, { sourceCode }: Rule.RuleContext): AST.SourceLocation {
  const [start, end] = node.range
  return { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) }
}

/** The address of the page of a rule. */
export function pageOf(rule: string): string {
  return `https://github.com/oneprisma/oneprisma/blob/main/docs/rules/${rule}.md`
}
