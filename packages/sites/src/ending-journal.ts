import { CLOSED, CLOSING, mayBe, OPEN, type States } from './ending-state.ts'
import type { Node } from './walk.ts'

/** A promise at the top of a module that does something with the client. */
export interface Run {
  readonly expression: Node
  readonly isAwaited: boolean
  readonly fulfilled: States
  readonly rejected: States
}

/** What was seen on the paths of a script. */
export class EndingJournal {
  /** Each `process.exit` that can be reached, also one that is handed on as a function. */
  readonly exits = new Map<Node, States>()
  readonly runs: Run[] = []
  #uses = 0
  #disconnects = 0

  /** Whether the module disconnects a client that only what it imports can have used. */
  get isOnlyDisconnected(): boolean {
    return this.#disconnects > 0 && this.#uses === 0
  }

  noteUse(): void {
    this.#uses++
  }

  noteDisconnect(): void {
    this.#disconnects++
  }

  noteExit(exit: Node, states: States): void {
    this.exits.set(exit, (this.exits.get(exit) ?? 0) | states)
  }

  /** Follows a promise at the top, and keeps it if it has to do with the client. */
  noteRun(states: States, follow: () => Run): Run {
    const before = this.#uses + this.#disconnects
    const run = follow()
    const reached = (run.fulfilled | run.rejected) & ~states
    if (this.#uses + this.#disconnects > before || mayBe(reached, OPEN | CLOSING | CLOSED)) {
      this.runs.push(run)
    }
    return run
  }
}
