import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A network between the pool and the server, which can forget connections without a word. */
export class ForgetfulNetwork {
  readonly #server = createServer((socket) => this.#join(socket))
  readonly #databaseUrl: string
  #known = new Set<Socket>()

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl
  }

  /** Returns the connection string to reach the database by. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const url = new URL(this.#databaseUrl)
    url.hostname = '127.0.0.1'
    // It listens on TCP, so that its address has a port.
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  /** Whoever writes to a connection of before gets a reset, and nobody is told until then. */
  forget(): void {
    this.#known = new Set()
  }

  async close(): Promise<void> {
    this.#server.close()
  }

  #join(socket: Socket): void {
    this.#known.add(socket)
    const { hostname, port } = new URL(this.#databaseUrl)
    const upstream = connect(Number(port), hostname)
    socket.on('data', (data) => {
      if (this.#known.has(socket)) upstream.write(data)
      else socket.resetAndDestroy()
    })
    upstream.on('data', (data) => socket.write(data))
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
  }
}
