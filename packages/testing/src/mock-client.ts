import { slotOf, type ClientSlot, type ClientTarget } from './client-registry.ts'
import { TestingError } from './errors.ts'

/**
 * What may stand in for a client: any of its members, with the names and arguments that they have. The
 * results are not compared, because those of Prisma depend on the arguments.
 */
export type MockOf<Client extends object> = {
  readonly [Name in keyof Client]?: MockOfMember<Client[Name]>
}

/** What may stand in for a member of a client. */
export type MockOfMember<Member> = Member extends (...args: never[]) => unknown
  ? (...args: Parameters<Member>) => unknown
  : Member extends object
    ? MockOf<Member>
    : Member

// A drain does not wait for a mock.
const UNCOUNTED: ClientTarget['work'] = {
  refuses: false,
  count: (promise, onFulfilled, onRejected) => promise.then(onFulfilled, onRejected),
}

// Tools ask any object for these, and `undefined` is an answer.
const QUESTIONS: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  '$$typeof',
  'asymmetricMatch',
  'nodeType',
  'default',
  '__esModule',
  'constructor',
])

/**
 * Replaces a shared client by a mock, for everything that uses it and whenever it was imported, until
 * the end of the block. Members are handed out as they are, so that a spy is found to be called. What
 * the mock does not have throws when it is asked for; `$transaction`, where it is missing, runs its
 * callback with the mock, or awaits the operations of its array.
 *
 * @example
 * using _ = mockClient(prisma, { user: { findUnique: vi.fn(async () => ({ id: 1 })) } })
 *
 * @throws TestingError `NOT_A_SHARED_CLIENT`, and `MOCK_INCOMPLETE` when a missing member is used
 */
export function mockClient<Client extends object>(
  prisma: Client,
  mock: MockOf<Client>,
): Disposable {
  const slot = slotOf(prisma)
  if (slot === undefined) {
    throw new TestingError(
      'NOT_A_SHARED_CLIENT',
      'Expected `mockClient` to get a client that `sharePrisma` has made.',
    )
  }
  const mocked: ClientTarget = { object: complete(mock, slot), work: UNCOUNTED, runsHooks: false }
  const before = Object.getOwnPropertyDescriptor(slot, 'enter')
  Object.defineProperty(slot, 'enter', { value: () => mocked, configurable: true })
  return {
    [Symbol.dispose]: () => {
      // Without one of its own, it has that of its class.
      if (before === undefined) Reflect.deleteProperty(slot, 'enter')
      else Object.defineProperty(slot, 'enter', before)
    },
  }
}

function complete(mock: object, { name }: ClientSlot): object {
  const whole = strict(mock, (member) => {
    if (member === '$transaction') return transaction
    if (member === '$extends') return () => client
    throw missing(name, member)
  })
  const delegates = new Map<unknown, object>()
  const client: object = new Proxy(whole, {
    get(target, key, receiver): unknown {
      const value: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol' || !isDelegate(value)) return value
      const known = delegates.get(value)
      if (known !== undefined) return known

      const delegate = handedOut(
        strict(value, (operation) => {
          throw missing(name, `${key}.${operation}`)
        }),
      )
      delegates.set(value, delegate)
      return delegate
    },
  })
  return client

  async function transaction(work: unknown): Promise<unknown> {
    if (typeof work === 'function') return (work as (client: object) => unknown)(client)
    // Prisma takes a callback or an array of operations.
    return Promise.all(work as Iterable<unknown>)
  }
}

/** An object that asks `otherwise` for members that it does not have. */
function strict(object: object, otherwise: (name: string) => unknown): object {
  return new Proxy(object, {
    get(target, key, receiver): unknown {
      const value: unknown = Reflect.get(target, key, receiver)
      const isThere = value !== undefined || key in target
      return isThere || typeof key === 'symbol' || QUESTIONS.has(key) ? value : otherwise(key)
    },
  })
}

function missing(client: string, member: string): TestingError {
  return new TestingError(
    'MOCK_INCOMPLETE',
    `The mock of shared client "${client}" has no \`${member}\`, which the code under test uses. Add it to the mock.`,
  )
}

/** What a handle takes for an object of a class: it hands that out as it is, and wraps plain objects. */
function handedOut(object: object): object {
  const own: object = Object.create({})
  return new Proxy(own, {
    get: (_, key): unknown => Reflect.get(object, key),
    has: (_, key) => Reflect.has(object, key),
  })
}

/** Deep mocks have functions in the place of the delegates of models, with the operations on them. */
function isDelegate(value: unknown): value is object {
  if (typeof value === 'function') return typeof Reflect.get(value, 'findMany') === 'function'
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // That of any global: Jest has one for each file.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
