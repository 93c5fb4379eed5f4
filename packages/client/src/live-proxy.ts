import { counted, countedWithin, refused } from './counted.ts'
import type { UnitTap } from './tap.ts'
import type { Unit } from './unit-scope.ts'
import { Work } from './work.ts'

/** The object that a live one stands for now, and the count that calls on it belong to. */
export interface Target {
  readonly object: object
  readonly work: Work
  /** Whether its methods may run code of the user, such as the hooks of an extension. */
  readonly runsHooks: boolean
  /** Where somebody watches. */
  readonly tap?: UnitTap | undefined
}

/** What a live object stands for, asked anew on every use. */
interface Live {
  /** What `console.log` shows. */
  label(): string
  /** Returns the target, created where it must be. */
  use(): Target
  /** Returns the target, if there is one already. */
  peek(): Target | undefined
  /** Members that do not come from the target. */
  readonly fixed?: Readonly<Record<PropertyKey, unknown>>
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

// Tools ask any object for these: promise resolution, JSON, React, test matchers, module interop.
// A question is no use of the client.
const QUESTIONS: ReadonlySet<PropertyKey> = new Set([
  'then',
  'toJSON',
  '$$typeof',
  'asymmetricMatch',
  'nodeType',
  'default',
  '__esModule',
])

/**
 * Makes an object that forwards to whatever `live.use()` returns at the time. Functions run as units
 * of work; plain objects (the delegates of models) are live themselves, so that a delegate which
 * somebody kept follows the client too. What is assigned to it, a test's spy for instance, stays on
 * it and is given back untouched.
 *
 * @internal
 */
export function liveProxy(live: Live): object {
  const assigned = new Map<string | symbol, PropertyDescriptor>()
  const members = new Map<string | symbol, unknown>()
  const visible = { [Symbol.for('nodejs.util.inspect.custom')]: () => live.label() }

  return new Proxy(visible, {
    get(_, key, receiver) {
      if (assigned.size > 0 && assigned.has(key)) {
        const descriptor = assigned.get(key)
        return descriptor?.get ? descriptor.get.call(receiver) : descriptor?.value
      }
      const kept = members.get(key)
      if (kept !== undefined) return kept
      if (live.fixed !== undefined && Object.hasOwn(live.fixed, key)) return live.fixed[key]
      if (typeof key === 'symbol' || key in Object.prototype || QUESTIONS.has(key)) {
        return Reflect.get(live.peek()?.object ?? visible, key)
      }
      return member(live, members, key)
    },
    set(_, key, value) {
      assigned.set(key, { value, writable: true, enumerable: true, configurable: true })
      return true
    },
    defineProperty(_, key, descriptor) {
      assigned.set(key, { ...descriptor, configurable: true })
      return true
    },
    deleteProperty: (_, key) => {
      assigned.delete(key)
      return true
    },
    has: (_, key) =>
      assigned.has(key) ||
      Reflect.has(
        typeof key === 'symbol' ? (live.peek()?.object ?? visible) : live.use().object,
        key,
      ),
    ownKeys: () => [
      ...new Set([...assigned.keys(), ...Reflect.ownKeys(live.peek()?.object ?? {})]),
    ],
    getOwnPropertyDescriptor(_, key) {
      const own = assigned.get(key)
      if (own !== undefined) return own
      const object = live.peek()?.object
      const descriptor = object && Reflect.getOwnPropertyDescriptor(object, key)
      if (descriptor === undefined) return undefined
      return {
        value: members.get(key) ?? member(live, members, key),
        enumerable: descriptor.enumerable ?? false,
        writable: true,
        configurable: true,
      }
    },
  })
}

/** Reads a member of the target. Functions and delegates are wrapped once, for they are live. */
function member(live: Live, members: Map<string | symbol, unknown>, key: string | symbol): unknown {
  const value: unknown = Reflect.get(live.use().object, key)
  if (typeof value === 'function') members.set(key, unitOfWork(live, key))
  else if (isPlainObject(value)) members.set(key, delegate(live, key))
  else return value
  return members.get(key)
}

function unitOfWork(live: Live, key: string | symbol): AnyFunction {
  return function call(this: unknown, ...args) {
    const { object, work, runsHooks, tap } = live.use()
    if (work.refuses) return refused(work)

    // There was a function when it was wrapped. If there is none now, the call says so.
    const method = Reflect.get(object, key) as AnyFunction
    const begin = (): Unit => tap?.unit(object, key) ?? { isOpen: true }
    if (runsHooks || key === '$transaction') {
      if (tap !== undefined && key === '$transaction') args[0] = watched(tap, args[0])
      const within = countedWithin(work, () => method.apply(object, args), begin)
      return within === object ? this : within
    }
    // Called from here, for in development Prisma keeps the stack of every call, frame by frame.
    const result = method.apply(object, args)
    return result === object ? this : counted(work, result, tap && begin)
  }
}

/** Gives the callback of an interactive transaction a client that is watched, too. */
function watched({ inTransaction: tap }: UnitTap, callback: unknown): unknown {
  if (typeof callback !== 'function') return callback
  return (object: object): unknown => {
    // Its operations are part of the transaction, which is the unit that counts.
    const use = (): Target => ({ object, work: new Work(''), runsHooks: false, tap })
    return callback(liveProxy({ label: String, use, peek: use }))
  }
}

function delegate(live: Live, key: string | symbol): object {
  const within = ({ object, work, runsHooks, tap }: Target): Target => {
    const inner: unknown = Reflect.get(object, key)
    const isObject = typeof inner === 'object' && inner !== null
    return { object: isObject ? inner : {}, work, runsHooks, tap }
  }
  return liveProxy({
    label: () => `${live.label()}.${String(key)}`,
    use: () => within(live.use()),
    peek: () => {
      const target = live.peek()
      return target && within(target)
    },
  })
}

// The delegates of models are proxies of plain objects. Dates, maps and instances of classes are
// values: they are handed out as they are.
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
