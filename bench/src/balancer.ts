import { once } from 'node:events'
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http'

const PROBE_EVERY_MS = 100
const PROBE_TIMEOUT_MS = 2_000
const REQUEST_TIMEOUT_MS = 30_000

interface Backend {
  readonly url: string
  readonly agent: Agent
  isReady: boolean
}

/** A request that changes something. */
export interface Post {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  /** The code of the error where there was no answer. */
  readonly status: number | string
}

/**
 * Sends requests to servers in turn, as the proxy of an orchestrator does: on connections that are
 * kept alive, to those that say they are ready, asked ten times a second on connections of their own.
 * A connection that is refused was never accepted, so the request goes to the next server.
 */
export class Balancer implements Disposable {
  readonly #backends = new Map<string, Backend>()
  readonly #readyPath: string
  readonly #timer = setInterval(() => this.#probeAll(), PROBE_EVERY_MS)
  #turn = 0
  #refused = 0

  /** `readyPath` answers 200 where requests may be sent, and 503 where not. */
  constructor(readyPath: string) {
    this.#readyPath = readyPath
  }

  /** How often a server refused a connection, and another one took the request. */
  get refused(): number {
    return this.#refused
  }

  add(url: string): void {
    this.#backends.set(url, { url, agent: new Agent({ keepAlive: true }), isReady: true })
  }

  remove(url: string): void {
    this.#backends.get(url)?.agent.destroy()
    this.#backends.delete(url)
  }

  async post({ path, headers, body }: Post): Promise<Answer> {
    for (let attempt = 0; attempt < 4; attempt++) {
      const ready = [...this.#backends.values()].filter(({ isReady }) => isReady)
      const backend = ready[this.#turn++ % ready.length]
      if (backend === undefined) return { status: 'NO_SERVER' }

      const answer = await ask(backend.url + path, REQUEST_TIMEOUT_MS, {
        method: 'POST',
        agent: backend.agent,
        body,
        ...(headers && { headers }),
      })
      if (answer.status !== 'ECONNREFUSED') return answer
      backend.isReady = false
      this.#refused++
    }
    return { status: 'ECONNREFUSED' }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const url of this.#backends.keys()) this.remove(url)
  }

  #probeAll(): void {
    for (const backend of this.#backends.values()) void probe(backend, this.#readyPath)
  }
}

// A server that is merely slow stays: taking it out would leave none while the other one restarts.
async function probe(backend: Backend, path: string): Promise<void> {
  const { status } = await ask(backend.url + path, PROBE_TIMEOUT_MS, { agent: false })
  if (status === 200) backend.isReady = true
  if (status === 503 || status === 'ECONNREFUSED') backend.isReady = false
}

async function ask(
  url: string,
  timeoutMs: number,
  { body, ...options }: RequestOptions & { body?: string | undefined },
): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const asked = request(url, { ...options, signal }).end(body)
    // It emits one value, the response.
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    for await (const _ of response);
    return { status: response.statusCode ?? 0 }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { status: code }
  }
}
