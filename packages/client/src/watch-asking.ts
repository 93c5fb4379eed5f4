/**
 * What becomes of one who asks a pool for a connection.
 *
 * @internal
 */
export interface Asking {
  /** The pool has been asked, and has not answered unless it failed at once. */
  asked(): void
  got(connection: object): void
  failed(error: unknown): void
}

type Method = (this: unknown, ...args: unknown[]) => unknown

/**
 * Wraps the method by which a pool hands out connections, on this one pool, in both of its forms:
 * with a callback, as the `query` of a pool calls it, and with a promise. `ask` is called at every
 * call, before the pool is, in the asynchronous context of the caller; where it returns nothing, nobody
 * wants to know.
 *
 * @internal
 */
export function watchAsking<Name extends string>(
  pool: Readonly<Record<Name, unknown>>,
  name: Name,
  ask: () => Asking | undefined,
): void {
  // It has been found to be a function.
  const original = pool[name] as Method

  const wrapped: Method = function (...args) {
    const asking = ask()
    if (asking === undefined) return original.apply(this, args)

    const [callback] = args
    const takesCallback = typeof callback === 'function'
    if (takesCallback) args[0] = answering(asking, callback)
    const result = original.apply(this, args)
    asking.asked()
    if (takesCallback) return result
    return isThenable(result) ? answered(asking, result) : result
  }
  Object.defineProperty(pool, name, {
    value: Object.defineProperties(wrapped, {
      name: { value: original.name },
      length: { value: original.length },
    }),
    configurable: true,
    writable: true,
  })
}

function answering(asking: Asking, callback: Function): Method {
  return function (...results) {
    const error = results[0]
    const connection = results[1]
    if (error) asking.failed(error)
    else if (isObject(connection)) asking.got(connection)
    return Reflect.apply(callback, this, results)
  }
}

// What is returned is a promise of the same class, and not the one of the pool: a rejection that the
// caller does not handle stays unhandled.
function answered(asking: Asking, promise: PromiseLike<unknown>): PromiseLike<unknown> {
  return promise.then(
    (connection) => {
      if (isObject(connection)) asking.got(connection)
      return connection
    },
    (error: unknown) => {
      asking.failed(error)
      throw error
    },
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && 'then' in value && typeof value.then === 'function'
}
