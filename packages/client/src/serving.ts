import type * as channels from 'node:diagnostics_channel'
import type { Server, ServerResponse } from 'node:http'

/** What Node publishes when a request begins, as far as it is used here. */
interface Exchange {
  readonly response: ServerResponse
  readonly server: Server
}

// Which Node documents; it is the one way to a server that somebody else has made.
const REQUEST_START = 'http.server.request.start'

// A request that is on its way on an open connection has arrived by then.
const QUIET_MS = 500

/**
 * The HTTP servers of this process that have served a request, and the requests in flight.
 *
 * @internal
 */
export class Serving {
  readonly #servers = new Set<Server>()
  readonly #open = new Set<Exchange>()
  #begun = 0
  #sendsAway = false

  constructor() {
    diagnostics().subscribe(REQUEST_START, this.#begin)
  }

  /** How many requests have not been answered to their end. */
  get requestsOpen(): number {
    return this.#open.size
  }

  /**
   * Asks the peer of each connection to use it no more: Node serves a connection that is kept alive
   * for as long as requests come on it, whether its server has closed or not.
   */
  sendAway(): void {
    this.#sendsAway = true
    for (const exchange of this.#open) sayClose(exchange)
  }

  /** Takes no more connections, and resolves when the last one has ended. */
  async close(): Promise<void> {
    const closed = [...this.#servers].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    let begun = this.#begun
    // A connection on which no request has ever come would hold its server for ever.
    const cutIdle = setInterval(() => {
      if (this.#open.size === 0 && this.#begun === begun) this.cutOff()
      begun = this.#begun
    }, QUIET_MS).unref()
    try {
      await Promise.all(closed)
    } finally {
      clearInterval(cutIdle)
    }
  }

  /** Ends every connection, whatever happens on it. */
  cutOff(): void {
    for (const server of this.#servers) server.closeAllConnections()
  }

  /** Looks at no further request. */
  forget(): void {
    diagnostics().unsubscribe(REQUEST_START, this.#begin)
  }

  readonly #begin = (message: unknown): void => {
    // What the channel carries, by the documentation of Node.
    const exchange = message as Exchange
    this.#begun++
    this.#servers.add(exchange.server)
    this.#open.add(exchange)
    exchange.response.once('close', () => this.#open.delete(exchange))
    if (this.#sendsAway) sayClose(exchange)
  }
}

/** Where its response has begun already, the next one on that connection will say it. */
function sayClose({ response }: Exchange): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}

// Not imported: bundlers for other runtimes, which never get here, would look for it.
function diagnostics(): typeof channels {
  return process.getBuiltinModule('node:diagnostics_channel')
}
