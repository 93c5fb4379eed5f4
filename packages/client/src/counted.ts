import { runInUnit, type Unit } from './unit-scope.ts'
import type { Work } from './work.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Reactions = Parameters<PromiseLike<unknown>['then']>

/**
 * Counts what a method returned as a unit of work: a promise from now on, a PrismaPromise from the
 * moment that somebody awaits it, for it does nothing before. Anything else is no unit.
 *
 * @internal
 */
export function counted(work: Work, result: unknown, begin?: () => Unit): unknown {
  if (isPrismaPromise(result)) return new CountedPromise(work, result, begin)
  return isThenable(result) ? work.count(result, null, null, begin?.()) : result
}

/**
 * Calls a method that may run code of the user, such as the callback of a transaction or the hooks
 * of an extension, so that what this code asks of a shared client belongs to the unit.
 *
 * @internal
 */
export function countedWithin(work: Work, call: () => unknown, begin: () => Unit): unknown {
  const unit = begin()
  const result = runInUnit(unit, call)
  if (!isPrismaPromise(result) && isThenable(result)) return work.count(result, null, null, unit)
  unit.isOpen = false
  return counted(work, result, begin)
}

/**
 * What a call on a client that drains comes to: it rejects once somebody awaits it.
 *
 * @internal
 */
export function refused(work: Work): object {
  return new CountedPromise(work)
}

/**
 * A PrismaPromise that counts as a unit of work from the moment that somebody awaits it. One is made
 * for every query, so it is no proxy: only what it does not know itself is looked up in one, at the
 * end of its prototype chain. Without a promise it stands for a call that was refused.
 */
class CountedPromise {
  readonly #work: Work
  readonly #promise: PromiseLike<unknown> | undefined
  /** Begins the unit, where what it runs or who watches must know it. */
  readonly #begin: (() => Unit) | undefined

  static {
    const others = new Proxy(Object.prototype, {
      get: (_, key, receiver: object) =>
        #promise in receiver ? receiver.#member(key) : Reflect.get(Object.prototype, key),
    })
    Object.setPrototypeOf(CountedPromise.prototype, others)
  }

  constructor(work: Work, promise?: PromiseLike<unknown>, begin?: () => Unit) {
    this.#work = work
    this.#promise = promise
    this.#begin = begin
  }

  get [Symbol.toStringTag](): string {
    return 'PrismaPromise'
  }

  then(onFulfilled?: Reactions[0], onRejected?: Reactions[1]): PromiseLike<unknown> {
    const promise = this.#promise
    if (promise === undefined || this.#work.refuses) {
      return this.#work.refuse().then(onFulfilled, onRejected)
    }
    const unit = this.#begin?.()
    if (unit === undefined) return this.#work.count(promise, onFulfilled, onRejected)

    return runInUnit(unit, () => this.#work.count(promise, onFulfilled, onRejected, unit))
  }

  catch(react?: (error: unknown) => unknown): Promise<unknown> {
    return Promise.resolve(this).catch(react)
  }

  finally(react?: () => void): Promise<unknown> {
    return Promise.resolve(this).finally(react)
  }

  #member(key: string | symbol): unknown {
    const promise = this.#promise
    if (promise === undefined) return typeof key === 'string' ? () => this : undefined

    const value: unknown = Reflect.get(promise, key)
    if (typeof value !== 'function') return value
    // A function by the line above.
    const method = value as AnyFunction
    if (key === 'requestTransaction') return method.bind(promise)
    // The fluent methods of relations: `findUnique().posts()`.
    return (...args: unknown[]) => counted(this.#work, method.apply(promise, args), this.#begin)
  }
}

function isPrismaPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, Symbol.toStringTag) === 'PrismaPromise'
  )
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
