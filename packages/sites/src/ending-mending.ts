import type { Node } from './walk.ts'

/** What is to change in a script, as calls of its text. */
export interface Mending {
  /** Calls of `process.exit` that become an exit code and a return. */
  readonly softened: ReadonlySet<Node>
  /** Calls of `process.exit` before which the disconnect is awaited. */
  readonly disconnectedFirst: ReadonlySet<Node>
  /** The call after which `.finally(() => client.$disconnect())` is put. */
  readonly finallyAfter: Node | undefined
  /** The call of `.then` that becomes one of `.finally`. */
  readonly finallyInstead: Node | undefined
  readonly isDisconnectedAtEnd: boolean
}

export const NO_MENDING: Mending = {
  softened: new Set(),
  disconnectedFirst: new Set(),
  finallyAfter: undefined,
  finallyInstead: undefined,
  isDisconnectedAtEnd: false,
}
