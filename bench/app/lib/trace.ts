// What the bench knows of the clients of this process, wherever they are made.
interface Trace {
  constructed: number
  readonly clients: Array<WeakRef<object>>
}

const TRACE: unique symbol = Symbol.for('oneprisma.bench.trace')
const host: typeof globalThis & { [TRACE]?: Trace } = globalThis
export const trace: Trace = (host[TRACE] ??= { constructed: 0, clients: [] })

/** Counts a client; returns it as it is. */
export function traced<Client extends object>(client: Client): Client {
  trace.constructed++
  trace.clients.push(new WeakRef(client))
  return client
}
