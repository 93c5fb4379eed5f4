/** What the client may be at a place of a program: a sum of the states below; 0 is never reached. */
export type States = number

export const UNUSED = 1
export const OPEN = 2
/** `$disconnect()` has been called, and nobody waits for it. */
export const CLOSING = 4
export const CLOSED = 8

export function mayBe(states: States, some: States): boolean {
  return (states & some) !== 0
}

/** The states after a disconnect that is waited for. */
export function disconnected(states: States): States {
  return states === 0 ? 0 : CLOSED
}

/** In which states a piece of a program is left. */
export interface Paths {
  returned: States
  thrown: States
  /** By `break` or `continue`. */
  left: States
  /** Whether the piece stands at the top of the module. */
  readonly isTop: boolean
}

export function newPaths(isTop: boolean): Paths {
  return { returned: 0, thrown: 0, left: 0, isTop }
}
