import type { Histogram } from './histogram.ts'
import { Merging } from './merging.ts'

/** What is called, so often that it is kept. */
export interface OperationKind {
  /** The name of the shared client. */
  readonly client: string
  readonly model: string | undefined
  readonly action: string
  readonly inTransaction: boolean
  /** Where Prisma may merge it with others. */
  readonly merging: Merging | undefined
  /** How long those took that succeeded, once there is one. */
  durations?: Histogram
}

/**
 * The kinds of operations of one shared client, each made once.
 *
 * @internal
 */
export class OperationKinds {
  readonly #client: string
  readonly #kinds = new WeakMap<object, Map<string | symbol, OperationKind>>()
  readonly #mergings = new Map<string, Merging>()

  constructor(client: string) {
    this.#client = client
  }

  /** Tells what is called when `action` is called on a client, or on the delegate of a model. */
  of(target: object, action: string | symbol, inTransaction: boolean): OperationKind {
    let kinds = this.#kinds.get(target)
    if (kinds === undefined) {
      kinds = new Map()
      this.#kinds.set(target, kinds)
    }
    let kind = kinds.get(action)
    if (kind === undefined) {
      kind = this.#make(target, String(action), inTransaction)
      kinds.set(action, kind)
    }
    return kind
  }

  #make(target: object, action: string, inTransaction: boolean): OperationKind {
    // Delegates tell the name of their model, as the schema has it. It is not documented: tests run
    // on every version of Prisma that is supported.
    const name: unknown = Reflect.get(target, '$name')
    const model = typeof name === 'string' ? name : undefined
    const isMergeable = model !== undefined && action.startsWith('findUnique')
    return {
      client: this.#client,
      model,
      action,
      inTransaction,
      merging: isMergeable ? this.#mergingOf(model, inTransaction) : undefined,
    }
  }

  /** All delegates of a model share one, those of extended clients too; a transaction has its own. */
  #mergingOf(model: string, inTransaction: boolean): Merging {
    const known = inTransaction ? undefined : this.#mergings.get(model)
    const merging = known ?? new Merging()
    if (!inTransaction) this.#mergings.set(model, merging)
    return merging
  }
}
