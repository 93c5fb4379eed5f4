import { callHook } from './hook.ts'

// The pool closes its connections by a timer that may run a little later than ours.
const MARGIN_MS = 100
const SHORTEST_MS = 100
// What @vercel/functions leaves of the time of a request.
const BEFORE_DEADLINE_MS = 1_000

/** What a platform offers a request of its own. */
export interface RequestContext {
  readonly waitUntil: (promise: Promise<unknown>) => unknown
  /** When the platform ends the request, in milliseconds since 1970. */
  readonly deadlineAt?: number
}

/**
 * Asks a platform not to suspend this process until the idle connections of one pool have closed, so
 * that none of them is left open at the server by a process that sleeps.
 *
 * @internal
 */
export class Suspension {
  readonly #idleTimeoutMs: number
  /** What the running hold was told to; a platform gives each request an object of its own. */
  #told = new WeakSet<object>()
  #held: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #end = (): void => {}

  /** `idleTimeoutMs` is when the pool closes a connection that nobody uses. */
  constructor(idleTimeoutMs: number) {
    this.#idleTimeoutMs = idleTimeoutMs
  }

  /** Is told that a connection became idle; `owner` is what a request is known by, if it is. */
  hold(context: RequestContext, owner: object | undefined): void {
    this.#held ??= new Promise((resolve) => {
      this.#end = resolve
    })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.end(), this.#idleTimeoutMs + MARGIN_MS)
    this.#timer.unref()
    if (owner !== undefined && this.#told.has(owner)) return

    if (owner !== undefined) this.#told.add(owner)
    const bounded = untilDeadline(this.#held, context.deadlineAt)
    callHook('waitUntil', context.waitUntil, bounded)
  }

  /** The pool has no connection left, or none that it will close. */
  end(): void {
    clearTimeout(this.#timer)
    this.#end()
    this.#held = undefined
    this.#told = new WeakSet()
  }
}

async function untilDeadline(held: Promise<void>, deadlineAt: number | undefined): Promise<void> {
  if (deadlineAt === undefined) return held

  let timer: NodeJS.Timeout | undefined
  const ms = Math.max(SHORTEST_MS, deadlineAt - Date.now() - BEFORE_DEADLINE_MS)
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([held, over])
  } finally {
    clearTimeout(timer)
  }
}
