import { analyze, type Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { ModuleSource } from '@oneprisma/sites'
import { parseSync } from 'oxc-parser'
import { walk, type Node } from '../src/walk.ts'

export function parse(text: string, path = 'script.ts'): ModuleSource {
  const result = parseSync(path, text, {
    lang: 'ts',
    sourceType: 'module',
    astType: 'ts',
    range: true,
    preserveParens: false,
  })
  const [error] = result.errors
  if (error !== undefined) throw new Error(`${error.message} in:\n${text}`)
  // The parser is told to print the shape of typescript-eslint; its own types have other names for it.
  const program = result.program as unknown as TSESTree.Program
  walk(program, (node) => {
    walk(node, (below) => {
      if (below !== node) Object.assign(below, { parent: node })
      return below === node
    })
  })
  const scopes = analyze(program, { sourceType: 'module', lib: [], jsxPragma: null })
  return { path, text, program, scopes }
}

/** The variables of a module that have a name, wherever they are declared. */
export function variablesNamed(module: ModuleSource, name: string): readonly Variable[] {
  return module.scopes.scopes.flatMap(({ set }) => set.get(name) ?? [])
}

/** The expressions of a module that are written like this. */
export function nodesWritten(module: ModuleSource, text: string): readonly Node[] {
  const found: Node[] = []
  walk(module.program, (node) => {
    if (module.text.slice(...node.range) === text) found.push(node)
  })
  return found
}
