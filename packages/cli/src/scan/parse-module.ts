import { analyze } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { ModuleSource } from '@oneprisma/sites'
import { parseSync, type ParserOptions } from 'oxc-parser'

export type ParsedModule =
  | { readonly ok: true; readonly module: ModuleSource }
  | { readonly ok: false; readonly line: number; readonly message: string }

/**
 * Parses a program of any extension, with the scopes of its names. Text that is no program in any
 * of the languages that its extension allows comes back with the place of the first error.
 */
export function parseModule(path: string, text: string): ParsedModule {
  let failure: ParsedModule | undefined
  for (const [lang, sourceType] of languagesOf(path)) {
    const result = parseSync(path, asHashbangComment(text), {
      lang,
      sourceType,
      astType: 'ts',
      range: true,
      preserveParens: false,
    })
    const [error] = result.errors.filter(({ severity }) => severity === 'Error')
    if (error === undefined) {
      // The parser's own types describe the same nodes with fewer names: it is told to print the
      // shape of typescript-eslint (`astType: 'ts'`).
      const program = result.program as unknown as TSESTree.Program
      setParents(program)
      const scopes = analyze(program, {
        sourceType: sourceType === 'commonjs' ? 'commonjs' : 'module',
        lib: [],
        jsxPragma: null,
      })
      return { ok: true, module: { path, text, program, scopes } }
    }
    failure ??= {
      ok: false,
      line: lineAt(text, error.labels[0]?.start ?? 0),
      message: error.message,
    }
  }
  return failure ?? { ok: false, line: 1, message: 'This is no program.' }
}

type Language = readonly [NonNullable<ParserOptions['lang']>, 'module' | 'commonjs']

// JSX stands in `.js` of Next.js apps, and `<T>x` only in `.ts`. A `return` at the top is CommonJS.
function languagesOf(path: string): readonly Language[] {
  if (/\.[cm]?ts$/.test(path)) return [['ts', 'module']]
  if (path.endsWith('.tsx')) return [['tsx', 'module']]
  return [
    ['tsx', 'module'],
    ['jsx', 'module'],
    ['jsx', 'commonjs'],
  ]
}

// Node takes a byte order mark before a hashbang, which the parser does not.
function asHashbangComment(text: string): string {
  return text.startsWith('\uFEFF#!') ? ` //${text.slice(3)}` : text
}

function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    line++
  return line
}

/** Sets `parent` on every node, as ESLint does. */
function setParents(node: object, parent?: object): void {
  // The parser leaves it out; everything that reads a node counts on it.
  if (parent !== undefined) (node as { parent: object }).parent = parent
  for (const key in node) {
    // Any value can stand under a key; `isNode` tells.
    const value = (node as Record<string, unknown>)[key]
    if (typeof value !== 'object' || value === null) continue
    if (key === 'parent' || key === 'range') continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) setParents(item, node)
    } else if (isNode(value)) setParents(value, node)
  }
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value
}
