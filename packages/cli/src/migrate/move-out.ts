import type { Scope, ScopeManager, Variable } from '@typescript-eslint/scope-manager'
import type { Node } from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'

/**
 * Whether the declaration of a variable can go, and what used it then finds a variable of the same
 * name in an outer scope: nothing in between may be called that, nor anything else in that scope.
 */
export function canMoveOut(
  variable: Variable,
  outer: Scope,
  going: ReadonlySet<Variable>,
): boolean {
  for (let scope: Scope | null = variable.scope; scope !== null; scope = scope.upper) {
    const others = scope.variables.filter(
      (other) => other.name === variable.name && !going.has(other) && other.defs.length > 0,
    )
    if (others.length > 0) return false
    if (scope === outer) return !isCaptured(variable, outer, going)
  }
  return false
}

/** Whether something inside the module, around a node, has a name of the outermost scope as well. */
export function isHiddenAt(
  node: Node,
  name: string,
  { scopes }: ScopeManager,
  going: ReadonlySet<Variable>,
): boolean {
  return scopes.some(
    ({ block, variables, type }) =>
      type !== 'module' &&
      type !== 'global' &&
      isWithin(node, block) &&
      variables.some(
        (variable) => variable.name === name && variable.defs.length > 0 && !going.has(variable),
      ),
  )
}

/** Whether a name in the outer scope would be found by code that means another one: a global. */
function isCaptured(variable: Variable, outer: Scope, going: ReadonlySet<Variable>): boolean {
  return outer.through.some(
    ({ identifier, resolved }) =>
      identifier.name === variable.name && (resolved === null || !going.has(resolved)),
  )
}
