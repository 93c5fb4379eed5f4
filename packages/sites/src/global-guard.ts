import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { FoundSite, ModuleAnalysis } from './find-sites.ts'
import { returnedBy, unwrap } from './syntax.ts'
import { walk, type Node } from './walk.ts'

/** The copied pattern that keeps a client on the global object, as the statements that it is made of. */
export interface GlobalGuard {
  /** The variable that the rest of the module uses. */
  readonly variable: Variable
  readonly statements: readonly Node[]
  /** Whether the client is kept on the global object; else only in the variable. */
  readonly isGlobal: boolean
}

/**
 * Finds the guard that a site belongs to: statements at the top of a module that do nothing but
 * make one client and keep it in one variable, whatever their dialect. They can go together. The
 * client is made without options, or it is one of `taken`, whose options are known to be no loss.
 */
export function guardOf(
  site: FoundSite,
  analysis: ModuleAnalysis,
  taken: ReadonlySet<Node> = new Set(),
): GlobalGuard | undefined {
  const variable = keeperOf(site, analysis)
  if (variable === undefined || variable.scope.type !== 'module') return undefined
  const statements = new Set<Node>()
  const allowed = new Set<Variable>([variable])
  const members = new Set<string>()
  const { body } = analysis.module.program
  const declared = body.find((statement) => declares(statement, variable, analysis))
  if (declared === undefined) return undefined
  collect(declared)
  const writes = variable.references.filter((reference) => reference.isWrite())
  if (!writes.every(({ writeExpr }) => writeExpr && isKeptValue(writeExpr))) return undefined
  for (const { identifier } of writes) {
    const statement = topOf(identifier, body)
    if (statement === undefined) return undefined
    collect(statement)
  }
  // What keeps the client on the global object afterwards, or reads it before.
  for (const statement of body) {
    if (statements.has(statement)) continue
    if (touches(statement, members, analysis) && isOnlyAbout(statement)) collect(statement)
  }
  if (statements.size === 1 && members.size === 0 && !isFactoryCall(declared)) return undefined
  if (![...statements].every(isOnlyAbout)) return undefined
  addOrphans()
  return { variable, statements: [...statements], isGlobal: members.size > 0 }

  /** A value that the guard gives its variable: a client, or what the global object has of one. */
  function isKeptValue(written: Node): boolean {
    const value = unwrap(written)
    switch (value.type) {
      case 'LogicalExpression':
        return isKeptValue(value.left) && isKeptValue(value.right)
      case 'ConditionalExpression':
        return isKeptValue(value.consequent) && isKeptValue(value.alternate)
      case 'AssignmentExpression':
        return isKeptValue(value.right)
      default:
        return (
          analysis.evaluator.valueOf(value)?.kind === 'client' ||
          analysis.evaluator.names.globalMember(value) !== undefined ||
          /^(?:null|undefined)$/.test(analysis.module.text.slice(...value.range))
        )
    }
  }

  function collect(statement: Node): void {
    statements.add(statement)
    walk(statement, (node) => {
      const member = analysis.evaluator.names.globalMember(node)
      if (member !== undefined) members.add(member)
    })
  }

  /** Whether a statement only deals with this client: everything that it names is part of the guard. */
  function isOnlyAbout(statement: Node): boolean {
    if (!ALLOWED_STATEMENTS.has(statement.type)) return false
    let isOnly = true
    walk(statement, (node) => {
      if (node.type === 'CallExpression' && !isOwnFactory(node)) isOnly = false
      if (taken.has(node)) return false
      if (node.type === 'NewExpression' && !isBareClient(node)) isOnly = false
      if (node.type !== 'Identifier') return undefined
      const named = analysis.evaluator.names.variableOf(node)
      if (named === undefined || allowed.has(named)) return undefined
      if (analysis.evaluator.names.referenceOf(node)?.isTypeReference) return undefined
      if (analysis.evaluator.names.isGlobalObject(node)) return undefined
      const value = analysis.evaluator.valueOfVariable(named)
      if (value?.kind === 'constructor' || value?.kind === 'module') return undefined
      if (isOwnFactoryName(node)) return undefined
      isOnly = false
      return undefined
    })
    return isOnly
  }

  function isBareClient(node: TSESTree.NewExpression): boolean {
    if (analysis.evaluator.valueOf(node)?.kind !== 'client') return false
    return node.arguments.length === 0 || taken.has(node)
  }

  function isOwnFactory(node: TSESTree.CallExpression): boolean {
    return isOwnFactoryName(unwrap(node.callee))
  }

  /** A function of this module that does nothing but return a new client without options. */
  function isOwnFactoryName(node: Node): boolean {
    const fn = analysis.evaluator.functionOf(node)
    if (fn === undefined) return false
    const [returned, ...others] = returnedBy(fn)
    if (returned === undefined || others.length > 0) return false
    const made = unwrap(returned)
    const isSingle = fn.body.type !== 'BlockStatement' || fn.body.body.length === 1
    return isSingle && made.type === 'NewExpression' && isBareClient(made)
  }

  function isFactoryCall(statement: Node): boolean {
    return (
      statement.type === 'VariableDeclaration' &&
      statement.declarations.some(
        ({ init }) => init !== null && unwrap(init).type === 'CallExpression',
      )
    )
  }

  /** What only the guard uses goes with it: the name of the global object, the factory, its type. */
  function addOrphans(): void {
    for (let size = 0; size < statements.size;) {
      size = statements.size
      for (const statement of body) if (isOrphan(statement)) statements.add(statement)
    }
    for (const statement of body) {
      if (isGlobalDeclaration(statement, members)) statements.add(statement)
    }
  }

  function isOrphan(statement: Node): boolean {
    const name = soleName(statement)
    const named = name && analysis.evaluator.names.variableOf(name)
    if (!named || statements.has(statement)) return false
    const isOurs =
      isTypeDeclaration(statement) ||
      analysis.evaluator.names.isGlobalObject(name) ||
      isOwnFactoryName(name)
    const users = named.references.map(({ identifier }) => topOf(identifier, body))
    return (
      isOurs &&
      users.some((top) => top !== statement) &&
      users.every((top) => top === statement || (top !== undefined && statements.has(top)))
    )
  }
}

const ALLOWED_STATEMENTS = new Set(['VariableDeclaration', 'IfStatement', 'ExpressionStatement'])

/** The variable that the module goes on with, for a site of whatever place in a guard. */
function keeperOf(site: FoundSite, analysis: ModuleAnalysis): Variable | undefined {
  const holder = site.client?.holder
  if (holder?.type === 'variable') return holder.variable
  if (holder?.type === 'assigned') return holder.variable
  if (holder?.type !== 'global' && holder?.type !== 'returned') return undefined
  // `if (!global.prisma) global.prisma = new PrismaClient()` and `const prisma = global.prisma`; or a
  // factory: the one variable whose value comes from there.
  const { names } = analysis.evaluator
  for (const statement of analysis.module.program.body) {
    if (statement.type !== 'VariableDeclaration') continue
    for (const { id, init } of statement.declarations) {
      const variable = names.variableOf(id)
      if (variable === undefined) continue
      const values = variable.references.flatMap((reference) => reference.writeExpr ?? [])
      const sources = init === null ? values : [init, ...values]
      if (sources.some((source) => comesFrom(source, site, analysis))) return variable
    }
  }
  return undefined
}

function comesFrom(source: Node, site: FoundSite, analysis: ModuleAnalysis): boolean {
  const holder = site.client?.holder
  let comes = false
  walk(source, (node) => {
    if (holder?.type === 'global') {
      comes ||= analysis.evaluator.names.globalMember(node) === holder.member
    } else if (holder?.type === 'returned' && node.type === 'CallExpression') {
      comes ||= analysis.evaluator.functionOf(node.callee) === holder.fn
    }
  })
  return comes
}

function declares(statement: Node, variable: Variable, { evaluator }: ModuleAnalysis): boolean {
  return (
    statement.type === 'VariableDeclaration' &&
    statement.declarations.length === 1 &&
    statement.declarations.some(({ id }) => evaluator.names.variableOf(id) === variable)
  )
}

/** The statement at the top of the module that a node stands in, unless a function is in between. */
function topOf(node: Node, body: readonly Node[]): Node | undefined {
  const range = node.range
  return body.find((statement) => statement.range[0] <= range[0] && range[1] <= statement.range[1])
}

function touches(
  statement: Node,
  members: ReadonlySet<string>,
  { evaluator }: ModuleAnalysis,
): boolean {
  let touched = false
  walk(statement, (node) => {
    const member = evaluator.names.globalMember(node)
    touched ||= member !== undefined && members.has(member)
  })
  return touched
}

function isTypeDeclaration({ type }: Node): boolean {
  return type === 'TSTypeAliasDeclaration' || type === 'TSInterfaceDeclaration'
}

function soleName(statement: Node): Node | undefined {
  if (statement.type === 'TSTypeAliasDeclaration') return statement.id
  if (statement.type === 'TSInterfaceDeclaration') return statement.id
  if (statement.type === 'FunctionDeclaration') return statement.id ?? undefined
  if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) {
    return undefined
  }
  return statement.declarations[0]?.id
}

/** `declare global { var prisma: PrismaClient | undefined }`, with nothing else in it. */
function isGlobalDeclaration(statement: Node, members: ReadonlySet<string>): boolean {
  if (statement.type !== 'TSModuleDeclaration' || statement.kind !== 'global') return false
  return statement.body.body.every(
    (inner) =>
      inner.type === 'VariableDeclaration' &&
      inner.declarations.every(({ id }) => id.type === 'Identifier' && members.has(id.name)),
  )
}
