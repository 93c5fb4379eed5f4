import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What a proxy does to the bytes of its connections. */
export type Traffic =
  | { readonly kind: 'pass' }
  /** Keeps connections, accepts new ones, and lets nothing through. */
  | { readonly kind: 'drop' }
  /** Holds every chunk for a time, in order. */
  | { readonly kind: 'slow'; readonly delayMs: number; readonly jitterMs: number }
  /** Lets a few bytes at a time through. */
  | { readonly kind: 'slice'; readonly bytes: number }

/** A TCP proxy in front of a Postgres, between a client and its database, that can be made to fail. */
export class FaultProxy implements AsyncDisposable {
  /** When each connection of the client was accepted, in milliseconds of `performance.now()`. */
  readonly accepted: number[] = []
  #server: Server
  #port = 0
  #upstreamPort: number
  #traffic: Traffic = { kind: 'pass' }
  readonly #pairs = new Set<readonly [Socket, Socket]>()

  private constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort
    this.#server = this.#listener()
  }

  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(Number(new URL(upstream).port))
    await proxy.accept()
    return proxy
  }

  /** The connection string of the upstream, by way of this proxy. */
  urlOf(upstream: string): string {
    const url = new URL(upstream)
    url.port = String(this.#port)
    return url.href
  }

  get connections(): number {
    return this.#pairs.size
  }

  /** What happens to all bytes from now on. What was dropped does not come back. */
  set traffic(traffic: Traffic) {
    this.#traffic = traffic
  }

  /** Where new connections lead from now on. */
  set upstream(url: string) {
    this.#upstreamPort = Number(new URL(url).port)
  }

  /** Ends all connections: `reset` by RST, `close` by FIN. */
  end(how: 'reset' | 'close'): void {
    for (const [client, server] of this.#pairs) {
      if (how === 'reset') client.resetAndDestroy()
      else client.destroy()
      server.destroy()
    }
  }

  /** Refuses new connections. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.end('close')
    await closed
  }

  /** Accepts connections, again on the same port. */
  async accept(): Promise<void> {
    this.#server = this.#listener()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    // A TCP server has an address of this kind.
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse()
  }

  #listener(): Server {
    return createServer({ noDelay: true }, (client) => {
      this.accepted.push(performance.now())
      const server = connect({ port: this.#upstreamPort, host: '127.0.0.1', noDelay: true })
      const pair = [client, server] as const
      this.#pairs.add(pair)
      this.#pass(client, server)
      this.#pass(server, client)
      for (const socket of pair) {
        // An error is followed by `close`, which ends the other side.
        socket.on('error', () => {})
        socket.on('close', () => {
          this.#pairs.delete(pair)
          // While bytes are dropped, so is the news of an end.
          if (this.#traffic.kind !== 'drop') for (const one of pair) one.destroy()
        })
      }
    })
  }

  #pass(from: Socket, to: Socket): void {
    let last = Promise.resolve()
    from.on('data', (chunk) => {
      const traffic = this.#traffic
      if (traffic.kind === 'drop') return
      last = last.then(async () => {
        if (traffic.kind === 'slow') {
          await delay(traffic.delayMs + Math.random() * traffic.jitterMs)
        }
        const step = traffic.kind === 'slice' ? traffic.bytes : chunk.length
        for (let at = 0; at < chunk.length; at += step) {
          if (to.writable) to.write(chunk.subarray(at, at + step))
          if (traffic.kind === 'slice') await delay(1)
        }
      })
    })
  }
}
