import type { ScopeManager } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'

/** A parsed module: an ESTree program with `range` and `parent` on every node, and its scopes. */
export interface ModuleSource {
  readonly path: string
  readonly text: string
  readonly program: TSESTree.Program
  readonly scopes: ScopeManager
}

/** Replaces the text from `start` to `end`, in UTF-16 code units, by `text`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}
