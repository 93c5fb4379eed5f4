import type { Reference } from '@typescript-eslint/scope-manager'
import type { Node } from './walk.ts'

/** Whether only a type refers to a name, `typeof` in a type among it: that is gone when the module runs. */
export function isErased({ isTypeReference, identifier }: Reference): boolean {
  if (isTypeReference) return true
  let above: Node | null | undefined = identifier.parent
  while (above?.type === 'TSQualifiedName') above = above.parent
  return above?.type === 'TSTypeQuery'
}
