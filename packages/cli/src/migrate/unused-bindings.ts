import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { ModuleAnalysis, Node } from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'
import type { Range } from '../text/lines.ts'

/** Declarations that nothing needs once some ranges of a module are gone. */
export interface Unused {
  /** Statements that go whole. */
  readonly statements: ReadonlySet<Node>
  /** Names that go from statements that stay. */
  readonly names: ReadonlyMap<Node, ReadonlySet<Node>>
  /** Constructors that only types are left of. */
  readonly typesOnly: readonly Variable[]
}

/**
 * Finds the names of Prisma that nothing refers to once `ranges` are gone: `PrismaClient`, the module
 * that it was taken from, and so on; and of `droppable` variables and the imports that only they use.
 */
export function unusedBindings(
  { module, evaluator }: ModuleAnalysis,
  ranges: readonly Range[],
  droppable: ReadonlySet<Variable>,
): Unused {
  const gone = [...ranges]
  const going = new Set<Node>()
  const typesOnly = new Map<Variable, boolean>()
  for (let isChanged = true; isChanged;) {
    isChanged = false
    for (const scope of module.scopes.scopes) {
      for (const variable of scope.variables) isChanged = look(variable) || isChanged
    }
  }
  return {
    ...sortOut(),
    typesOnly: [...typesOnly].flatMap(([variable, is]) => (is ? variable : [])),
  }

  function look(variable: Variable): boolean {
    const [definition] = variable.defs
    if (definition === undefined || variable.defs.length !== 1) return false
    const binder = binderOf(definition.name, definition.node)
    if (binder === undefined || going.has(binder) || isGone(binder)) return false
    const kind = evaluator.valueOfVariable(variable)?.kind
    const isPrisma = kind === 'constructor' || kind === 'module'
    if (!isPrisma && !droppable.has(variable)) return false
    if (!variable.references.some(({ identifier }) => isGone(identifier))) return false
    const left = variable.references.filter(
      (reference) => !isGone(reference.identifier) && !isOwnWrite(reference.identifier, binder),
    )
    if (left.length > 0) {
      typesOnly.set(
        variable,
        left.every((reference) => reference.isTypeReference),
      )
      return false
    }
    typesOnly.delete(variable)
    going.add(binder)
    gone.push({ start: binder.range[0], end: binder.range[1] })
    return true
  }

  function isGone({ range }: Node): boolean {
    return gone.some(({ start, end }) => start <= range[0] && range[1] <= end)
  }

  function sortOut(): Pick<Unused, 'statements' | 'names'> {
    const statements = new Set<Node>()
    const names = new Map<Node, Set<Node>>()
    for (const node of going) {
      const list = listOf(node)
      if (list === undefined) {
        const statement = node.type === 'VariableDeclarator' ? node.parent : node
        statements.add(statement)
        continue
      }
      const known = names.get(list.holder) ?? new Set<Node>()
      names.set(list.holder, known.add(node))
      if (known.size === list.names.length) statements.add(list.statement)
    }
    for (const [holder] of names) {
      const list = listOfHolder(holder)
      if (list && statements.has(list.statement)) names.delete(holder)
    }
    return { statements, names }
  }
}

/** The node that goes when a name goes: its specifier, its property, its declarator. */
function binderOf(name: Node, definition: Node): Node | undefined {
  // A parameter, such as that of `import(...).then(({ PrismaClient }) => ...)`, stays.
  if (/^(?:Import\w+Specifier|ImportSpecifier|TSImportEqualsDeclaration)$/.test(definition.type)) {
    return definition
  }
  if (definition.type !== 'VariableDeclarator') return undefined
  if (definition.parent.type !== 'VariableDeclaration') return undefined
  if (definition.id === name) {
    return definition.parent.declarations.length === 1 ? definition : undefined
  }
  const property = name.parent?.type === 'AssignmentPattern' ? name.parent.parent : name.parent
  const isListed = property?.type === 'Property' && property.parent === definition.id
  return isListed && definition.parent.declarations.length === 1 ? property : undefined
}

function isOwnWrite(identifier: Node, binder: Node): boolean {
  return isWithin(identifier, binder)
}

interface NameList {
  readonly holder: Node
  readonly names: readonly Node[]
  readonly statement: Node
}

function listOf(node: Node): NameList | undefined {
  const holder = node.parent
  return holder === undefined || node.type === 'VariableDeclarator'
    ? undefined
    : listOfHolder(holder)
}

function listOfHolder(holder: Node): NameList | undefined {
  if (holder.type === 'ImportDeclaration') {
    return { holder, names: holder.specifiers, statement: holder }
  }
  if (holder.type !== 'ObjectPattern') return undefined
  const declaration = holder.parent.parent
  return declaration?.type === 'VariableDeclaration'
    ? { holder, names: holder.properties, statement: declaration }
    : undefined
}

/** The names of a list, as the syntax has them. */
export function namesOf(
  holder: Node,
): readonly (TSESTree.ImportClause | TSESTree.ObjectPattern['properties'][number])[] {
  if (holder.type === 'ImportDeclaration') return holder.specifiers
  return holder.type === 'ObjectPattern' ? holder.properties : []
}
