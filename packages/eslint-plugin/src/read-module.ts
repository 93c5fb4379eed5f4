import { analyze } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { ModuleSource } from '@oneprisma/sites'

/** What a parser for ESLint gives, as far as it is read here. */
export interface ParsedSource {
  readonly text: string
  readonly ast: object
}

/**
 * Reads a module in the shape that the analysis takes, whatever parser it comes from. The tree is a
 * copy, for parsers differ: espree leaves out what only TypeScript has, and what is added here must
 * not show up in the tree that other rules read. The scopes are found anew, because those of the
 * linter depend on its `sourceType`, and the answers must not.
 */
export function readModule({ text, ast }: ParsedSource, path: string): ModuleSource {
  // A copy of a program is a program, in the shape of typescript-eslint once it is completed.
  const program = copyNode(ast, undefined) as TSESTree.Program
  const scopes = analyze(program, { sourceType: 'module', lib: [], jsxPragma: null })
  return { path, text, program, scopes }
}

const LEFT_OUT = new Set(['parent', 'loc', 'tokens', 'comments', 'start', 'end'])
/** Lists that every such node has in the shape of typescript-eslint. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  ClassDeclaration: ['decorators', 'implements'],
  ClassExpression: ['decorators', 'implements'],
  MethodDefinition: ['decorators'],
  PropertyDefinition: ['decorators'],
  AccessorProperty: ['decorators'],
  Identifier: ['decorators'],
  ObjectPattern: ['decorators'],
  ArrayPattern: ['decorators'],
  AssignmentPattern: ['decorators'],
  RestElement: ['decorators'],
}

function copyNode(node: object, parent: object | undefined): object {
  const copy: Record<string, unknown> = {}
  Object.defineProperty(copy, 'parent', { value: parent })
  for (const [key, value] of Object.entries(node)) {
    if (!LEFT_OUT.has(key)) copy[key] = copyValue(value, copy)
  }
  for (const list of LISTS[String(copy['type'])] ?? []) copy[list] ??= []
  return copy
}

function copyValue(value: unknown, parent: object): unknown {
  if (Array.isArray(value)) return value.map((item) => copyValue(item, parent))
  return isNode(value) ? copyNode(value, parent) : value
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value
}
