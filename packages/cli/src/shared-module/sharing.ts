import {
  ancestorsOf,
  functionAround,
  memberName,
  walk,
  type Exported,
  type FunctionNode,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'
import { anchorOf, type Anchor } from './anchor.ts'
import { globalSlot } from './global-slot.ts'
import { Makers, type Maker } from './makers.ts'
import { topStatement } from './places.ts'
import { refuse, type Refusal } from './refusal.ts'

/** The parts of a module that makes one client and keeps it, whatever its dialect. */
export interface Sharing {
  readonly analysis: ModuleAnalysis
  readonly anchor: Anchor
  /** Alike in text; the first is the one to keep. */
  readonly makers: readonly [Maker, ...Maker[]]
  /** Statements at the top of the module that only keep the client. */
  readonly guards: readonly Node[]
  /** The keys of the global object that it is kept under. */
  readonly slots: ReadonlySet<string>
}

/** Finds the parts, or says why what they mean cannot be kept. */
export function findSharing(
  analysis: ModuleAnalysis,
  clients: readonly Exported[],
): Sharing | Refusal {
  const promised = clients.find(({ value }) => value.kind !== 'client')
  if (promised !== undefined) return refuse('CLIENT_IN_PROMISE', promised.node)

  const [anchor, ...anchors] = clients.map((exported) => anchorOf(exported, analysis))
  if (anchor === undefined) return refuse('CREATION_UNKNOWN', analysis.module.program)
  const other = anchors.find(({ node }) => node !== anchor.node)
  if (other !== undefined) return refuse('TWO_CLIENTS', other.node)

  const sharing = keep(anchor, analysis)
  return 'code' in sharing ? sharing : (refusalOf(sharing) ?? sharing)
}

/** Collects what gives the client its value: the anchor, and the statements that write to it or to its slot. */
function keep(anchor: Anchor, analysis: ModuleAnalysis): Sharing | Refusal {
  const { body } = analysis.module.program
  const flow = new Makers(analysis, anchor.variable)
  const home = topStatement(anchor.node, body)
  const isDeclarator = anchor.node.type === 'VariableDeclarator'
  const initial = isDeclarator ? [] : flow.ofExpression(anchor.node)
  if (initial === undefined) return refuse('CREATION_UNKNOWN', anchor.node)
  if (isDeclarator && home !== undefined && declaratorsOf(home) > 1) {
    return refuse('CREATION_UNKNOWN', home)
  }

  const guards = new Set<Node>()
  const makers = [...initial]
  for (const write of writesTo(anchor)) {
    if (functionAround(write) !== undefined) return refuse('CREATED_ON_DEMAND', write)
    const refusal = add(topStatement(write, body))
    if (refusal !== undefined) return refusal
  }
  // A statement that keeps the client under one key can name a further one.
  for (let size = -1; size !== guards.size;) {
    size = guards.size
    for (const statement of body) {
      if (statement === home || guards.has(statement) || !writesSlot(statement)) continue
      if ([...flow.guardFunctions].some((fn) => isWithin(fn, statement))) continue
      const refusal = add(statement)
      if (refusal !== undefined) return refusal
    }
  }
  const known = [anchor.node, ...guards]
  const own = [...flow.guardFunctions].filter((fn) => isUsedOnlyIn(known, fn, analysis))
  const stray = straySlot(analysis, flow.slots, [...known, ...own])
  if (stray !== undefined) return refuse('GLOBAL_USED_ELSEWHERE', stray)

  const [first, ...more] = makers
  if (first === undefined) return refuse('CREATION_UNKNOWN', anchor.node)
  return { analysis, anchor, makers: [first, ...more], guards: [...guards], slots: flow.slots }

  function add(statement: Node | undefined): Refusal | undefined {
    if (statement === undefined) return refuse('CREATION_UNKNOWN', anchor.node)
    if (guards.has(statement)) return undefined
    const made = flow.ofStatement(statement)
    if (made === undefined) return refuse('GUARD_DOES_MORE', statement)
    guards.add(statement)
    makers.push(...made)
    return undefined
  }

  function writesSlot(statement: Node): boolean {
    let writes = false
    walk(statement, (node) => {
      if (node.type !== 'AssignmentExpression') return
      const slot = globalSlot(node.left, analysis.evaluator)
      writes ||= slot !== undefined && flow.slots.has(slot)
    })
    return writes
  }
}

function writesTo({ variable, node }: Anchor): Node[] {
  const writes = variable?.references.filter((reference) => reference.isWrite()) ?? []
  return writes.map(({ identifier }) => identifier).filter(({ parent }) => parent !== node.parent)
}

function declaratorsOf(statement: Node): number {
  const declaration =
    statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  return declaration?.type === 'VariableDeclaration' ? declaration.declarations.length : 0
}

/** Whether a function of the module goes when some parts of it do. */
function isUsedOnlyIn(
  parts: readonly Node[],
  fn: FunctionNode,
  { evaluator }: ModuleAnalysis,
): boolean {
  const name = fn.parent.type === 'VariableDeclarator' ? fn.parent.id : fn.id
  const variable = name && evaluator.names.variableOf(name)
  const uses = variable?.references.filter(({ init }) => init !== true) ?? []
  return (
    !topStatementOf(fn).type.startsWith('Export') &&
    uses.every(({ identifier }) => parts.some((part) => isWithin(identifier, part)))
  )
}

function topStatementOf(node: Node): Node {
  return [...ancestorsOf(node)].findLast(({ type }) => type !== 'Program') ?? node
}

function straySlot(
  { module, evaluator }: ModuleAnalysis,
  slots: ReadonlySet<string>,
  known: readonly Node[],
): Node | undefined {
  let stray: Node | undefined
  walk(module.program, (node) => {
    const slot = globalSlot(node, evaluator)
    if (slot === undefined || !slots.has(slot)) return
    if (!known.some((part) => isWithin(node, part))) stray ??= node
  })
  return stray
}

function refusalOf({ analysis, makers }: Sharing): Refusal | undefined {
  const { module, sites, evaluator } = analysis
  const places = makers.map((maker) => (maker.kind === 'function' ? maker.fn : maker.node))
  const edge = sites.find(({ made }) => made.isEdge)
  if (edge !== undefined) return refuse('EDGE_CLIENT_SHARED', edge.node)

  const second = sites.find(
    ({ node, client }) => client !== undefined && !places.some((place) => isWithin(node, place)),
  )
  if (second !== undefined) return refuse('TWO_CLIENTS', second.node)

  const texts = makers.map(({ node }) => module.text.slice(...node.range).replaceAll(/\s+/g, ''))
  const different = makers.find((_, index) => texts[index] !== texts[0])
  if (different !== undefined) return refuse('CREATIONS_DIFFER', different.node)

  let connecting: Node | undefined
  walk(places[0] ?? module.program, (node) => {
    const isConnecting =
      node.type === 'MemberExpression' &&
      memberName(node) === '$connect' &&
      evaluator.valueOf(node.object)?.kind === 'client'
    if (isConnecting) connecting ??= node
  })
  return connecting && refuse('CONNECTS_ON_CREATION', connecting)
}
