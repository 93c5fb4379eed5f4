import type { OperationKind } from './operation-unit.ts'

/**
 * The kinds of operations of one shared client, each made once.
 *
 * @internal
 */
export class OperationKinds {
  readonly #client: string
  readonly #kinds = new WeakMap<object, Map<string | symbol, OperationKind>>()

  constructor(client: string) {
    this.#client = client
  }

  /** Tells what is called when `action` is called on a client, or on the delegate of a model. */
  of(target: object, action: string | symbol, inTransaction: boolean): OperationKind {
    const kinds = this.#kinds.get(target) ?? new Map<string | symbol, OperationKind>()
    this.#kinds.set(target, kinds)
    const known = kinds.get(action)
    if (known !== undefined) return known

    const kind = this.#make(target, String(action), inTransaction)
    kinds.set(action, kind)
    return kind
  }

  #make(target: object, action: string, inTransaction: boolean): OperationKind {
    // Delegates tell the name of their model, as the schema has it. It is not documented: tests run
    // on every version of Prisma that is supported.
    const name: unknown = Reflect.get(target, '$name')
    const model = typeof name === 'string' ? name : undefined
    return {
      client: this.#client,
      model,
      action,
      inTransaction,
      batch: action.startsWith('findUnique') ? (inTransaction ? target : model) : undefined,
    }
  }
}
