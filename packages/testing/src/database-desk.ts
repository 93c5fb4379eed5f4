import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { DatabaseSupply } from './database-supply.ts'

/** Where test files ask for a database. */
export interface DeskAddress {
  /** On 127.0.0.1. */
  readonly port: number
  /** Without it, nobody is served. */
  readonly token: string
}

/** What the desk is asked, one line of JSON each: for a database, and then perhaps to keep it. */
export type DeskQuestion = { readonly token: string } | { readonly keep: true }

/** What it answers, in the same way: one of these, or none for a database that is not kept. */
export interface DeskAnswer {
  readonly database?: string
  readonly kept?: string | undefined
  readonly failed?: string
}

/**
 * Hands out the databases of a run to its test files. Each has one connection to it, and the
 * database as long as that is open: what a killed process had comes back as well.
 */
export class DatabaseDesk {
  readonly #supply: DatabaseSupply
  readonly #token = randomBytes(18).toString('base64url')
  readonly #server: Server = createServer((socket) => void this.#serve(socket))
  readonly #sockets = new Set<Socket>()

  constructor(supply: DatabaseSupply) {
    this.#supply = supply
  }

  /** Begins to listen. That does not keep this process alive. */
  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#server.unref()
  }

  get address(): DeskAddress {
    const address = this.#server.address()
    // A server that listens on TCP has such an address.
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return { port, token: this.#token }
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.unref()
    // A connection that breaks has ended.
    socket.on('error', () => {})
    const lines = createInterface({ input: socket })
    // Without a goodbye there is no end of the input.
    socket.once('close', () => lines.close())
    let name: string | undefined
    try {
      for await (const line of lines) {
        // Whoever has the token writes lines of this shape.
        const question = JSON.parse(line) as DeskQuestion
        if ('keep' in question) {
          const kept = name && (await this.#supply.keep(name))
          if (kept) name = undefined
          tell(socket, { kept })
        } else {
          if (question.token !== this.#token) return
          name ??= await this.#supply.take()
          tell(socket, { database: name })
        }
      }
    } catch (error) {
      tell(socket, { failed: error instanceof Error ? error.message : String(error) })
    } finally {
      socket.end()
      this.#sockets.delete(socket)
      if (name !== undefined) this.#supply.giveBack(name)
    }
  }
}

function tell(socket: Socket, answer: DeskAnswer): void {
  socket.write(`${JSON.stringify(answer)}\n`)
}
