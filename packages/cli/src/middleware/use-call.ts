import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap, walk } from '@oneprisma/sites'

/** A call of `$use`. */
export interface UseCall {
  readonly node: TSESTree.CallExpression
  /** The variable that it is called on, where that is one that holds a client. */
  readonly client: Variable | undefined
}

/** Finds every call of a `$use`, in the order of the text. */
export function findUseCalls(program: TSESTree.Program, clients: readonly Variable[]): UseCall[] {
  const calls: UseCall[] = []
  walk(program, (node) => {
    if (node.type !== 'CallExpression') return
    const callee = unwrap(node.callee)
    if (callee.type !== 'MemberExpression' || memberName(callee) !== '$use') return
    const object = unwrap(callee.object)
    const client = clients.find(({ references }) =>
      references.some(({ identifier }) => identifier === object),
    )
    calls.push({ node, client })
  })
  return calls
}
