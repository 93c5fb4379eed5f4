import { setTimeout as wait } from 'node:timers/promises'

const REQUEST_TIMEOUT_MS = 10_000

/** Whom the requests go to, and how many. */
export interface LoadOptions {
  readonly url: string
  /** The cookies of somebody who is signed in. */
  readonly cookie: string
  readonly perSecond: number
  readonly seconds: number
}

/** What came of a request. */
export interface Sent {
  readonly path: string
  /** From the moment at which it was due to the end of its answer. */
  readonly ms: number
  /** Why it counts as failed: a status, or the name of an error; undefined where it does not. */
  readonly failure: string | undefined
}

// The front page is what most visitors ask for.
const REQUESTS: ReadonlyArray<{ readonly path: string; readonly change?: unknown }> = [
  { path: '/' },
  { path: '/api/tickets' },
  { path: '/tickets/1' },
  { path: '/api/auth/session' },
  { path: '/api/customers' },
  { path: '/' },
  { path: '/api/tickets/1' },
  { path: '/api/reports' },
  { path: '/tickets/2' },
  { path: '/api/tickets/2', change: { status: 'OPEN' } },
  { path: '/api/export' },
  { path: '/api/health' },
]

/**
 * Sends requests at a fixed rate, whether earlier ones have been answered or not, as visitors do.
 * Resolves when every one of them has its answer, or had none in 10 seconds.
 */
export async function load(options: LoadOptions): Promise<readonly Sent[]> {
  const { perSecond, seconds } = options
  const startedAt = performance.now()
  const sent: Array<Promise<Sent>> = []
  for (let number = 0; number < perSecond * seconds; number++) {
    const dueAt = startedAt + (number * 1_000) / perSecond
    // By the clock: a late timer is followed by the requests that it held up.
    if (dueAt > performance.now()) await wait(dueAt - performance.now())
    sent.push(send(number, dueAt, options))
  }
  return Promise.all(sent)
}

async function send(number: number, dueAt: number, { url, cookie }: LoadOptions): Promise<Sent> {
  const { path, change } = REQUESTS[number % REQUESTS.length] ?? { path: '/' }
  const failure = await failureOf(url + path, cookie, change)
  return { path, ms: performance.now() - dueAt, failure }
}

async function failureOf(
  url: string,
  cookie: string,
  change: unknown,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { cookie, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(change !== undefined && { method: 'PATCH', body: JSON.stringify(change) }),
    })
    await response.arrayBuffer()
    return response.status === 200 ? undefined : `HTTP ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}
