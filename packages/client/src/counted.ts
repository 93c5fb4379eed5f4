import type { Work } from './work.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/**
 * Counts what a method returned as a unit of work: a promise from now on, a PrismaPromise from the
 * moment that somebody awaits it, for it does nothing before. Anything else is no unit.
 *
 * @internal
 */
export function counted(work: Work, result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result
  if (Reflect.get(result, Symbol.toStringTag) === 'PrismaPromise') {
    // Everything of this tag is a PrismaPromise: nobody else's objects carry it.
    return new CountedPromise(work, result as PromiseLike<unknown>)
  }
  return isThenable(result) ? work.count(result) : result
}

/**
 * A PrismaPromise that counts as a unit of work from the moment that somebody awaits it. One is made
 * for every query, so it is no proxy: only what it does not know itself is looked up in one, at the
 * end of its prototype chain.
 */
class CountedPromise {
  readonly #work: Work
  readonly #promise: PromiseLike<unknown>

  static {
    const others = new Proxy(Object.prototype, {
      get: (_, key, receiver: object) =>
        #promise in receiver ? receiver.#member(key) : Reflect.get(Object.prototype, key),
    })
    Object.setPrototypeOf(CountedPromise.prototype, others)
  }

  constructor(work: Work, promise: PromiseLike<unknown>) {
    this.#work = work
    this.#promise = promise
  }

  get [Symbol.toStringTag](): string {
    return 'PrismaPromise'
  }

  then(...react: Parameters<PromiseLike<unknown>['then']>): PromiseLike<unknown> {
    return this.#work.count(this.#promise, ...react)
  }

  catch(react?: (error: unknown) => unknown): Promise<unknown> {
    return Promise.resolve(this).catch(react)
  }

  finally(react?: () => void): Promise<unknown> {
    return Promise.resolve(this).finally(react)
  }

  #member(key: string | symbol): unknown {
    const value: unknown = Reflect.get(this.#promise, key)
    if (typeof value !== 'function') return value
    // A function by the line above.
    const method = value as AnyFunction
    if (key === 'requestTransaction') return method.bind(this.#promise)
    // The fluent methods of relations: `findUnique().posts()`.
    return (...args: unknown[]) => counted(this.#work, method.apply(this.#promise, args))
  }
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return 'then' in value && typeof value.then === 'function'
}
