import { type FunctionNode, type Node, walk } from '@oneprisma/sites'
import type { ParamsMember } from './callback.ts'
import type { ParamsUse } from './params-use.ts'

/** The names that the body of the extension is written with. */
export interface ExtensionNames {
  /** What stands in place of `params.model` and the like. */
  readonly of: Readonly<Record<ParamsMember, string>>
  /** What stands in place of `next`. */
  readonly query: string
  /** The parameter: `{ model, operation: action, args, query }` with what is used of it. */
  readonly pattern: string
  /** An expression for the action that middleware was told, where the body needs it. */
  readonly oldAction: string | undefined
}

/** Chooses names that the body has no other use for. */
export function chooseNames(fn: FunctionNode, use: ParamsUse): ExtensionNames {
  const taken = namesIn(fn.body, use)
  const choose = (...names: string[]): string =>
    names.find((name) => !taken.has(name)) ?? numbered(names.at(-1) ?? '', taken)

  const model = use.names.get('model') ?? choose('model', 'modelName')
  const args = use.names.get('args') ?? choose('args', 'queryArgs')
  const query = choose('query', 'runQuery')
  const operation =
    (use.needsOldAction ? undefined : use.names.get('action')) ??
    choose('operation', 'operationName')
  const action = use.needsOldAction
    ? (use.names.get('action') ?? choose('action', 'actionName'))
    : operation
  const isArgsRead = use.used.has('args') || use.nextCalls.some((next) => next.args === undefined)
  const parts = [
    use.used.has('model') && entry('model', model),
    use.used.has('action') && entry('operation', operation),
    isArgsRead && entry('args', args),
    use.nextCalls.length > 0 && entry('query', query),
  ].filter((part) => part !== false)
  return {
    of: { model, action, args },
    query,
    pattern: parts.length === 0 ? '' : `{ ${parts.join(', ')} }`,
    oldAction: use.needsOldAction ? `${operation}.replace(/^\\$(\\w+Raw).*/, '$1')` : undefined,
  }
}

/** Every name in a body, but for those that the rewrite takes away and those that name members. */
function namesIn(body: Node, { places, unpacking, nextCalls }: ParamsUse): Set<string> {
  const names = new Set<string>()
  const gone = new Set<Node>(places.map(({ node }) => node))
  for (const { call, args } of nextCalls) {
    gone.add(call.callee)
    if (args === undefined) for (const argument of call.arguments) gone.add(argument)
  }
  walk(body, (node) => {
    if (node === unpacking || gone.has(node)) return false
    if ((node.type === 'Identifier' || node.type === 'JSXIdentifier') && !isMember(node)) {
      names.add(node.name)
    }
    return undefined
  })
  return names
}

function isMember(node: Node): boolean {
  const { parent } = node
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  return parent?.type === 'Property' && parent.key === node && !parent.computed && !parent.shorthand
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  let count = 2
  while (taken.has(`${name}${count}`)) count++
  return `${name}${count}`
}

function entry(member: string, name: string): string {
  return member === name ? member : `${member}: ${name}`
}
