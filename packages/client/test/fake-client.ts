/** A client that is no PrismaClient, with the parts of one that the runtime may meet. */
export interface FakeClient {
  readonly _engineConfig: { readonly inlineSchema: string }
  readonly closed: { count: number }
  readonly user: { findMany(): Promise<string[]>; readonly fields: Map<string, string> }
  $disconnect(): Promise<void>
  $slow(until: Promise<string>): Promise<string>
  $version: string
}

export function fakeClient(schema: string, label = schema): FakeClient {
  const closed = { count: 0 }
  return {
    _engineConfig: { inlineSchema: schema },
    closed,
    user: { findMany: async () => [label], fields: new Map([['id', 'Int']]) },
    $disconnect: async () => {
      closed.count++
    },
    $slow: (until) => until,
    $version: label,
  }
}

/** A promise with its resolve function, for work that ends when a test says so. */
export function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

/** Forgets every shared client, as a new process would. */
export function forgetSharedClients(): void {
  Reflect.deleteProperty(globalThis, Symbol.for('@oneprisma/client/1'))
}

/** The warnings that the process emitted while `run` ran, and until the next turn of the event loop. */
export async function warningsOf(run: () => unknown): Promise<Array<Error & { code?: string }>> {
  const warnings: Array<Error & { code?: string }> = []
  const listen = (warning: Error): void => {
    if (warning.name === 'OnePrismaWarning') warnings.push(warning)
  }
  process.on('warning', listen)
  try {
    await run()
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('warning', listen)
  }
  return warnings
}
