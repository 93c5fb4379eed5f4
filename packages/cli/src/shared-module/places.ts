import type { ModuleSource, Node } from '@oneprisma/sites'
import type { Variable } from '@typescript-eslint/scope-manager'
import { isWithin } from '../scan/is-within.ts'

/** The statement at the top of the module that a node belongs to. */
export function topStatement<Statement extends Node>(
  node: Node,
  body: readonly Statement[],
): Statement | undefined {
  return body.find((statement) => isWithin(node, statement))
}

/** The variables that a module declares at its top. */
export function topVariables({ program, scopes }: ModuleSource): readonly Variable[] {
  // The innermost scope of the program: a global one encloses it.
  return scopes.acquire(program, true)?.variables ?? []
}
