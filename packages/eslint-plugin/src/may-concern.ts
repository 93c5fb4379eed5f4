import type { Rule } from 'eslint'
import { readSettings } from './settings.ts'
import { isSharedSpecifier } from './specifiers.ts'

// Most files have nothing for a rule to find, and to say so by their text costs next to nothing.

/** Whether the text of a file has the words without which it makes no client. */
export function mayMakeClients({ sourceCode }: Rule.RuleContext): boolean {
  const { text } = sourceCode
  return text.includes('PrismaClient') && /\bnew\b|\bReflect\b/.test(text)
}

/** Whether a file can run in an edge runtime, by what it says or by its name. */
export function mayRunAtEdge({ sourceCode }: Rule.RuleContext, path: string): boolean {
  return (
    /['"`](?:experimental-)?edge['"`]/.test(sourceCode.text) ||
    /(?:^|\/)middleware\.[jt]s$/.test(path)
  )
}

/** Whether a file can use one of our helpers for scopes, `run` of a shared module among them. */
export function mayHaveScopes({ sourceCode, settings }: Rule.RuleContext): boolean {
  const { text } = sourceCode
  if (text.includes('@oneprisma/client/')) return true
  if (!/\brun\b/.test(text)) return false
  const read = readSettings(settings)
  return specifiersIn(text).some((specifier) => isSharedSpecifier(specifier, read))
}

function specifiersIn(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"`])([^'"`\n]+)\1/g)].map(
    ([, , specifier = '']) => specifier,
  )
}
