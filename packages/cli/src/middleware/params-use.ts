import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import {
  type FunctionNode,
  memberName,
  type ModuleSource,
  type Node,
  unwrap,
  wrapped,
} from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'
import { needsOldAction } from './action-use.ts'
import { refuseArgsUse } from './args-use.ts'
import { isParamsMember, namesOf, type Callback, type ParamsMember } from './callback.ts'
import { readNextCall, type NextCall, type ParamsReader } from './next-args.ts'
import type { MiddlewareRefusal } from './refusal.ts'
import { commentsIn } from './text-edit.ts'

/** How the body of a middleware uses its params. */
export interface ParamsUse {
  /** The places that read `params.model` and the like, which become names. */
  readonly places: readonly { readonly node: Node; readonly member: ParamsMember }[]
  /** The names that the middleware itself takes out of its params. */
  readonly names: ReadonlyMap<ParamsMember, string>
  /** The statement that takes them out, where it is in the body. */
  readonly unpacking: Node | undefined
  readonly nextCalls: readonly NextCall[]
  readonly used: ReadonlySet<ParamsMember>
  /** Whether the body can tell `queryRaw` from `$queryRaw`. */
  readonly needsOldAction: boolean
}

/** Reads all uses of the params, if each means the same to a query extension. */
export function readParamsUse(
  module: ModuleSource,
  { fn, params }: Callback,
  calls: readonly TSESTree.CallExpression[],
): ParamsUse | MiddlewareRefusal {
  const whole = 'references' in params ? params : undefined
  const unpacked = 'references' in params ? unpackingOf(module, fn.body, params) : undefined
  const variables = unpacked?.variables ?? ('references' in params ? NO_NAMES : params)
  if (unpacked !== undefined && isShadowed(module, fn, unpacked.variables)) return 'PARAMS_ESCAPE'
  const reader = readerOf(whole, variables)

  const nextCalls: NextCall[] = []
  for (const call of calls) {
    const read = readNextCall(call, reader)
    if (read === undefined || losesComment(module, read)) return 'NEXT_ARGUMENT'
    nextCalls.push(read)
  }

  const places: { node: Node; member: ParamsMember }[] = []
  for (const reference of whole?.references ?? []) {
    const { identifier } = reference
    if (reference.isTypeReference) return 'PARAMS_ESCAPE'
    if (isGivenToNext(identifier, nextCalls) || identifier === unpacked?.init) continue
    const member = wrapped(identifier).parent
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== identifier) {
      return 'PARAMS_ESCAPE'
    }
    const name = memberName(member)
    if (!isParamsMember(name)) return 'PARAMS_MEMBER'
    places.push({ node: member, member: name })
  }
  const own = [...variables].flatMap(([member, { references }]) =>
    references
      .filter(({ init }) => !init)
      .map(({ identifier }) => ({ node: identifier as Node, member })),
  )
  const left = [...places, ...own].filter(({ node }) => !isDropped(node, nextCalls))
  const refusal = refuseAny(left, reader, nextCalls)
  if (refusal !== undefined) return refusal
  if (unpacked?.variables.has('args') === true && places.some(isReplaced)) return 'ARGS_REPLACED'

  return {
    places: places.filter(({ node }) => !isDropped(node, nextCalls)),
    names: new Map([...variables].map(([member, { name }]) => [member, name])),
    unpacking: unpacked?.statement,
    nextCalls,
    used: new Set(left.map(({ member }) => member)),
    needsOldAction: left.some(({ node, member }) => member === 'action' && needsOldAction(node)),
  }
}

const NO_NAMES: ReadonlyMap<ParamsMember, Variable> = new Map()

// The names become those of the whole function, so no other may be called the same below.
function isShadowed(
  module: ModuleSource,
  fn: FunctionNode,
  variables: ReadonlyMap<ParamsMember, Variable>,
): boolean {
  const below = module.scopes.scopes.filter(({ block }) => isWithin(block, fn))
  return [...variables.values()].some((variable) =>
    below.some((scope) =>
      scope.variables.some((other) => other !== variable && other.name === variable.name),
    ),
  )
}

function readerOf(
  whole: Variable | undefined,
  variables: ReadonlyMap<ParamsMember, Variable>,
): ParamsReader {
  const isUseOf = (variable: Variable | undefined, node: Node): boolean =>
    variable?.references.some(({ identifier }) => identifier === node) === true
  return {
    isParams: (node) => isUseOf(whole, node),
    isMember: (node, member) =>
      isUseOf(variables.get(member), node) ||
      (node.type === 'MemberExpression' &&
        memberName(node) === member &&
        isUseOf(whole, unwrap(node.object))),
  }
}

interface Unpacking {
  readonly statement: Node
  readonly init: Node
  readonly variables: ReadonlyMap<ParamsMember, Variable>
}

/** The `const { model, args } = params` of a body. */
function unpackingOf(module: ModuleSource, body: Node, params: Variable): Unpacking | undefined {
  for (const { identifier } of params.references) {
    const declarator = wrapped(identifier).parent
    if (declarator?.type !== 'VariableDeclarator' || declarator.init === null) continue
    const statement = declarator.parent
    if (statement.kind !== 'const' || statement.declarations.length > 1) continue
    if (statement.parent !== body || unwrap(declarator.init) !== identifier) continue
    if (commentsIn(module.text.slice(...statement.range)).length > 0) continue
    const own = module.scopes.getDeclaredVariables(declarator)
    const variables = namesOf(declarator.id, (node) =>
      own.find(({ identifiers }) => identifiers.some((name) => name === node)),
    )
    if (variables !== undefined) return { statement, init: identifier, variables }
  }
  return undefined
}

function refuseAny(
  uses: ReadonlyArray<{ readonly node: Node; readonly member: ParamsMember }>,
  reader: ParamsReader,
  nextCalls: readonly NextCall[],
): MiddlewareRefusal | undefined {
  const isArgs = (node: Node): boolean => reader.isMember(node, 'args')
  const isNextArgs = (value: Node): boolean => nextCalls.some(({ args }) => args === value)
  for (const { node, member } of uses) {
    if (member === 'args') {
      const refusal = refuseArgsUse(node, isArgs, isNextArgs)
      if (refusal !== undefined) return refusal
    } else if (isChanged(node)) {
      return member === 'model' ? 'MODEL_CHANGED' : 'ACTION_CHANGED'
    }
  }
  return undefined
}

function isChanged(place: Node): boolean {
  const value = wrapped(place)
  const { parent } = value
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === value
    case 'UnaryExpression':
      return parent.operator === 'delete'
    case 'Property':
      return parent.parent.type === 'ObjectPattern' && parent.value === value
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true
    default:
      return false
  }
}

function isReplaced({ node, member }: { node: Node; member: ParamsMember }): boolean {
  return member === 'args' && wrapped(node).parent?.type === 'AssignmentExpression'
}

function isGivenToNext(identifier: Node, nextCalls: readonly NextCall[]): boolean {
  return nextCalls.some(({ call }) => {
    const given = call.arguments[0] && unwrap(call.arguments[0])
    const value = wrapped(identifier)
    return (
      given === identifier ||
      (value.parent?.type === 'SpreadElement' && value.parent.parent === given)
    )
  })
}

/** Whether it stands in `next({ ...params, args })` but not in the args that are kept. */
function isDropped(node: Node, nextCalls: readonly NextCall[]): boolean {
  return nextCalls.some(({ call, args }) => {
    const [argument] = call.arguments
    const isKept = args !== undefined && isWithin(node, args)
    return argument !== undefined && isWithin(node, argument) && !isKept
  })
}

// Around the args that are kept, the text of the object literal goes.
function losesComment({ text }: ModuleSource, { call, args }: NextCall): boolean {
  const [argument] = call.arguments
  if (argument === undefined) return false
  const [start, end] = argument.range
  const [keptStart, keptEnd] = args?.range ?? [end, end]
  return commentsIn(text.slice(start, keptStart) + text.slice(keptEnd, end)).length > 0
}
