import { callHook } from './hook.ts'
import { requestContext, type RequestContext } from './request-context.ts'

/** Asks a platform to keep the instance alive until the promise has settled. */
export type WaitUntil = (task: Promise<void>) => unknown

// A function ends its response, and what it waits for, before the platform ends it.
const BEFORE_DEADLINE_MS = 1_000

// Where a platform tells no deadline: the longest that a function of AWS Lambda may run.
const LONGEST_MS = 15 * 60_000 - BEFORE_DEADLINE_MS

const SHORTEST_MS = 100

interface Wait {
  endsAt: number
  timer: NodeJS.Timeout | undefined
  readonly resolve: () => void
}

/**
 * Keeps an instance alive until one pool has closed the connections that a request used last. Each
 * pool has its own: one for all would end the wait of one pool when another is used.
 *
 * @internal
 */
export class IdleWait {
  readonly #closedAfterMs: number
  // One for each request; all of a platform that does not tell its requests apart share one.
  readonly #waits = new Map<object, Wait>()

  /** `closedAfterMs`: how long after its last use a connection is closed for certain. */
  constructor(closedAfterMs: number) {
    this.#closedAfterMs = closedAfterMs
  }

  /** A connection has become idle. It is called in the context of the request that had used it. */
  released(waitUntil?: WaitUntil): void {
    const context = currentRequest()
    const keepAlive = waitUntil ?? (context && waitUntilOf(context))
    if (keepAlive === undefined) return

    const endsAt = performance.now() + Math.min(this.#closedAfterMs, remainingMs(context))
    const key = context ?? this
    const wait = this.#waits.get(key)
    if (wait === undefined) callHook('waitUntil', keepAlive, this.#begin(key, endsAt))
    else wait.endsAt = endsAt
  }

  /** No connection is left to wait for. */
  end(): void {
    for (const [key, wait] of this.#waits) this.#end(key, wait)
  }

  #begin(key: object, endsAt: number): Promise<void> {
    return new Promise((resolve) => {
      const wait: Wait = { endsAt, timer: undefined, resolve }
      this.#waits.set(key, wait)
      this.#continue(key, wait)
    })
  }

  // A release moves the end and leaves the timer alone, so that it costs a query next to nothing.
  #continue(key: object, wait: Wait): void {
    const leftMs = wait.endsAt - performance.now()
    if (leftMs <= 0) this.#end(key, wait)
    else wait.timer = setTimeout(() => this.#continue(key, wait), Math.ceil(leftMs))
  }

  #end(key: object, wait: Wait): void {
    clearTimeout(wait.timer)
    this.#waits.delete(key)
    wait.resolve()
  }
}

function currentRequest(): RequestContext | undefined {
  try {
    return requestContext()
  } catch {
    // The code of a platform: without an answer, there is nothing to wait with.
    return undefined
  }
}

function waitUntilOf(context: RequestContext): WaitUntil | undefined {
  return context.waitUntil && ((task) => context.waitUntil?.(task))
}

function remainingMs(context: RequestContext | undefined): number {
  const deadline = new Date(context?.deadline ?? Number.NaN).getTime()
  if (Number.isNaN(deadline)) return LONGEST_MS
  return Math.max(SHORTEST_MS, deadline - Date.now() - BEFORE_DEADLINE_MS)
}
