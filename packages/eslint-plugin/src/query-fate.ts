import {
  ancestorsOf,
  functionAround,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import type { Origins } from './origins.ts'
import type { RequestScope } from './request-scopes.ts'

/** What becomes of a query that is not sent in the scope that it was made in. */
export type Escape =
  | { readonly type: 'floating' }
  /** Given to a variable or a list of outside. */
  | { readonly type: 'stored'; readonly target: Node }
  /** Within a list or an object that is returned: only the whole is awaited. */
  | { readonly type: 'contained' }
  /** Given to what decides by itself when to await it. */
  | { readonly type: 'deferred'; readonly callee: Node }

const LATER = new Set(['after', 'unstable_after', 'waitUntil'])
const TIMERS = new Set(['queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'])
const GROWING = new Set(['add', 'push', 'set', 'unshift'])
const MAPPING = new Set(['flatMap', 'map'])

/** Follows a query through the scope that it is made in, until it is sent, lost or out of sight. */
export class QueryFate {
  readonly #names: ModuleAnalysis['evaluator']['names']
  readonly #origins: Origins
  readonly #scope: RequestScope

  constructor({ evaluator }: ModuleAnalysis, origins: Origins, scope: RequestScope) {
    this.#names = evaluator.names
    this.#origins = origins
    this.#scope = scope
  }

  /** How a query escapes, or `undefined` if it is sent here, or goes where the rule cannot follow. */
  of(query: Node): Escape | undefined {
    return this.#follow(wrapped(query), false)
  }

  /** `isWithin` says that the value only holds the query, as a list or an object does. */
  #follow(value: Node, isWithin: boolean): Escape | undefined {
    const { parent } = value
    switch (parent?.type) {
      case 'ExpressionStatement':
        return { type: 'floating' }
      case 'UnaryExpression':
        return parent.operator === 'void' ? { type: 'floating' } : undefined
      case 'ArrayExpression':
      case 'ObjectExpression':
        return this.#follow(wrapped(parent), true)
      case 'Property':
        return parent.value === value && parent.parent.type === 'ObjectExpression'
          ? this.#follow(wrapped(parent.parent), true)
          : undefined
      case 'ConditionalExpression':
        return parent.test === value ? undefined : this.#follow(wrapped(parent), isWithin)
      case 'LogicalExpression':
        return this.#follow(wrapped(parent), isWithin)
      case 'SequenceExpression':
        return parent.expressions.at(-1) === value
          ? this.#follow(wrapped(parent), isWithin)
          : { type: 'floating' }
      case 'VariableDeclarator':
        return parent.id.type === 'Identifier' ? this.#ofVariable(parent.id, isWithin) : undefined
      case 'AssignmentExpression':
        return parent.right === value ? this.#assigned(parent.left, isWithin) : undefined
      case 'CallExpression':
        return parent.callee === value ? undefined : this.#passed(value, parent, isWithin)
      case 'ReturnStatement':
        return this.#returned(functionAround(parent), isWithin)
      case 'ArrowFunctionExpression':
        return parent.body === value ? this.#returned(parent, isWithin) : undefined
      default:
        return undefined
    }
  }

  /** A variable is as good as its best use: one that sends the query is enough. */
  #ofVariable(identifier: Node, isWithin: boolean): Escape | undefined {
    const uses = this.#names.variableOf(identifier)?.references.filter((use) => use.isRead())
    if (uses === undefined) return undefined
    let escape: Escape = { type: 'floating' }
    for (const use of uses) {
      const fate = this.#follow(wrapped(use.identifier), isWithin)
      if (fate === undefined) return undefined
      escape = fate
    }
    return escape
  }

  #assigned(target: Node, isWithin: boolean): Escape | undefined {
    if (this.#isOutside(target)) return { type: 'stored', target }
    return target.type === 'Identifier' ? this.#ofVariable(target, isWithin) : undefined
  }

  /** Whether a variable, or the object that a member is of, is declared outside of the scope. */
  #isOutside(target: Node): boolean {
    const node = unwrap(target)
    if (node.type === 'MemberExpression') return this.#isOutside(node.object)
    if (node.type === 'ThisExpression') return true
    if (node.type !== 'Identifier') return false
    const declared = this.#names.variableOf(node)?.defs[0]?.name
    const { fn } = this.#scope
    return declared === undefined || ![...ancestorsOf(declared)].includes(fn)
  }

  #passed(value: Node, call: Node, isWithin: boolean): Escape | undefined {
    if (call.type !== 'CallExpression') return undefined
    const callee = unwrap(call.callee)
    const method = memberName(callee)
    if (callee.type === 'MemberExpression' && method !== undefined && GROWING.has(method)) {
      return this.#isOutside(callee.object) ? { type: 'stored', target: callee.object } : undefined
    }
    const isFirst = call.arguments[0] === value && !isWithin
    return isFirst && this.#isDeferring(callee) ? { type: 'deferred', callee } : undefined
  }

  #isDeferring(callee: Node): boolean {
    if (TIMERS.has(this.#names.globalName(callee) ?? '')) return true
    if (callee.type === 'MemberExpression') {
      return memberName(callee) === 'waitUntil' && !this.#isOwnContext(callee.object)
    }
    const origin = this.#origins.of(callee)
    return origin !== undefined && LATER.has(origin.path)
  }

  /** The context that `run` hands to its function sends at once what it is given. */
  #isOwnContext(object: Node): boolean {
    const { fn, hasContext } = this.#scope
    const name = this.#names.variableOf(unwrap(object))?.defs[0]?.name
    return hasContext && name !== undefined && fn.params[0] === name
  }

  #returned(fn: FunctionNode | undefined, isWithin: boolean): Escape | undefined {
    if (fn === undefined) return undefined
    if (fn === this.#scope.fn) return isWithin ? { type: 'contained' } : undefined
    // An `async` function awaits what it returns.
    if (fn.async && !isWithin) return undefined
    const call = fn.parent
    if (call.type !== 'CallExpression') return undefined
    const callee = unwrap(call.callee)
    if (callee === fn) return this.#follow(wrapped(call), isWithin)
    if (call.arguments[0] !== fn) return undefined
    const method = memberName(callee)
    if (method !== undefined && MAPPING.has(method)) return this.#follow(wrapped(call), true)
    const isDropped = method === 'forEach' || TIMERS.has(this.#names.globalName(callee) ?? '')
    return isDropped ? { type: 'floating' } : undefined
  }
}
