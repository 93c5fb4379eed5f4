import { walk, type ModuleAnalysis, type Node, type Value } from '@oneprisma/sites'
import { Origins } from './origins.ts'

type Variable = NonNullable<ReturnType<ModuleAnalysis['evaluator']['names']['variableOf']>>

/** What stands for a client in a module that more than one call uses. */
export interface SharedClients {
  readonly variables: readonly Variable[]
  /** `db.prisma` of a namespace, `globalThis.prisma`, `require('./prisma').default`. */
  readonly expressions: readonly Node[]
}

/** Finds the clients of a module that outlive a call: those of shared modules, and its own at its top. */
export function sharedClients(analysis: ModuleAnalysis): SharedClients {
  const { module, evaluator } = analysis
  const origins = new Origins(analysis)
  const variables = module.scopes.scopes.flatMap(({ type, variables: declared }) =>
    declared.filter((variable) => {
      const value = evaluator.valueOfVariable(variable)
      if (isShared(value) || (type === 'module' && value?.kind === 'client')) return true
      // Whatever the callback returns, it is shared.
      const [name] = variable.identifiers
      const origin = name && origins.of(name)
      return origin?.source === '@oneprisma/client' && origin.path === 'sharePrisma'
    }),
  )
  const expressions: Node[] = []
  walk(module.program, (node) => {
    if (node.type === 'Identifier' || node.type === 'NewExpression') return
    const isGlobal = evaluator.names.globalMember(node) !== undefined
    const value = evaluator.valueOf(node)
    if (isShared(value) || (isGlobal && value?.kind === 'client')) expressions.push(node)
  })
  return { variables, expressions }
}

/** Whether a value is the client that a shared module exports; `module.exports` may be that client. */
export function isShared(value: Value | undefined): boolean {
  if (value?.kind === 'client') return value.isShared
  return value?.kind === 'module' && isShared(value.exports.get('default'))
}
