import { ClientRegistryOf } from './client-registry.ts'

/** Options of `isolateClients`. */
export interface IsolateOptions {
  /**
   * How long the clients may take to finish their work when they are closed, in milliseconds.
   *
   * @default 5_000
   */
  readonly closeTimeoutMs?: number
}

const DEFAULT_CLOSE_TIMEOUT_MS = 5_000

/**
 * Puts all shared clients of this process aside until the end of the block: a module that is evaluated
 * anew meanwhile (`vi.resetModules()`, `jest.isolateModules()`) gets a client of its own, whatever the
 * others have done. At the end that client is closed, and the others are back, as they were. A handle
 * that was imported before keeps its client.
 *
 * @example
 * await using _ = isolateClients()
 * vi.resetModules()
 * const { prisma } = await import('../lib/prisma')
 */
export function isolateClients(options: IsolateOptions = {}): AsyncDisposable {
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  const clients = new ClientRegistryOf(globalThis)
  const restore = clients.putAside()
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        await clients.closeAll(closeTimeoutMs)
      } finally {
        restore()
      }
    },
  }
}
