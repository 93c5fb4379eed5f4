import type { Variable } from '@typescript-eslint/scope-manager'

/** The name by which another module exports what a variable is bound to. */
export function importedName(variable: Variable): string | undefined {
  const node = variable.defs[0]?.node
  if (node?.type !== 'ImportSpecifier') return undefined
  return node.imported.type === 'Identifier' ? node.imported.name : node.imported.value
}
