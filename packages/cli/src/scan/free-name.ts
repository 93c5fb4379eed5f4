import type { ScopeManager } from '@typescript-eslint/scope-manager'

/**
 * The first of some names that nothing in a module is called, neither a variable nor a global that
 * it uses; the last of them with a number where all are taken.
 */
export function freeName({ scopes }: ScopeManager, ...names: readonly string[]): string {
  const taken = new Set(
    scopes.flatMap(({ variables, references }) => [
      ...variables.map(({ name }) => name),
      ...references.map(({ identifier }) => identifier.name),
    ]),
  )
  const free = names.find((name) => !taken.has(name))
  if (free !== undefined) return free
  let number = 2
  while (taken.has(`${names.at(-1)}${number}`)) number++
  return `${names.at(-1)}${number}`
}
