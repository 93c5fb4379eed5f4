import {
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'

/** What a model has that is sent only when somebody awaits it. */
const OPERATIONS = new Set([
  'aggregate',
  'aggregateRaw',
  'count',
  'create',
  'createMany',
  'createManyAndReturn',
  'delete',
  'deleteMany',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'findRaw',
  'findUnique',
  'findUniqueOrThrow',
  'groupBy',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
])
/** The same of the client. `$transaction` and `$connect` begin at once. */
const RAW = new Set([
  '$executeRaw',
  '$executeRawUnsafe',
  '$queryRaw',
  '$queryRawTyped',
  '$queryRawUnsafe',
  '$runCommandRaw',
])
const SENT_BY = new Set(['then', 'catch', 'finally'])

/** Finds the queries of a module, each as the whole expression that is a PrismaPromise. */
export function prismaQueries(analysis: ModuleAnalysis): readonly Node[] {
  const { evaluator, module } = analysis
  const queries: Node[] = []
  walk(module.program, (node) => {
    const made =
      node.type === 'CallExpression'
        ? node.callee
        : node.type === 'TaggedTemplateExpression'
          ? node.tag
          : undefined
    if (made !== undefined && isQueryMethod(unwrap(made))) queries.push(withRelations(node))
  })
  return queries

  function isQueryMethod(member: Node): boolean {
    const name = memberName(member)
    if (member.type !== 'MemberExpression' || name === undefined) return false
    return (
      (RAW.has(name) && isClient(member.object)) || (OPERATIONS.has(name) && isModel(member.object))
    )
  }

  /** `prisma.user`, also under a name of its own. */
  function isModel(expression: Node): boolean {
    const node = unwrap(expression)
    if (node.type === 'MemberExpression') {
      return isClient(node.object)
    }
    const [definition] = evaluator.names.variableOf(node)?.defs ?? []
    if (definition?.node.type !== 'VariableDeclarator') return false
    const { id, init } = definition.node
    if (init === null) return false
    if (id.type === 'Identifier') return unwrap(init).type === 'MemberExpression' && isModel(init)
    const { parent } = definition.name
    const isTaken =
      parent?.type === 'Property' && parent.parent === id && id.type === 'ObjectPattern'
    return isTaken && isClient(init)
  }

  function isClient(expression: Node): boolean {
    const node = unwrap(expression)
    const value = evaluator.valueOf(node)
    if (value?.kind === 'client') return true
    if (value?.kind === 'module') return value.exports.get('default')?.kind === 'client'
    return node.type === 'Identifier' && isTransaction(node)
  }

  /** The client that an interactive transaction hands to its callback. */
  function isTransaction(identifier: Node): boolean {
    const name = evaluator.names.variableOf(identifier)?.defs[0]?.name
    const fn = name?.parent
    if (fn === undefined || fn === null || !isFunction(fn) || fn.params[0] !== name) return false
    const { parent: call } = fn
    if (call.type !== 'CallExpression') return false
    const callee = unwrap(call.callee)
    return (
      callee.type === 'MemberExpression' &&
      memberName(callee) === '$transaction' &&
      isClient(callee.object)
    )
  }
}

/** `prisma.user.findUnique(...).posts()` is one query. */
function withRelations(query: Node): Node {
  const outer = wrapped(query)
  const member = outer.parent
  if (member?.type !== 'MemberExpression' || member.object !== outer) return outer
  const name = memberName(member)
  const call = wrapped(member).parent
  const isRelation = name !== undefined && !SENT_BY.has(name)
  return isRelation && call?.type === 'CallExpression' && call.callee === wrapped(member)
    ? withRelations(call)
    : outer
}
