import type { ClientRegistryOf } from './client-registry.ts'
import { bound, type AdapterFactory } from './driver-adapter.ts'
import { TestingError } from './errors.ts'
import { RollbackSession } from './rollback-session.ts'

/** Undoes what every test has written through a shared client. */
export class RollbackTests {
  readonly #clients: ClientRegistryOf
  readonly #waitMs: number
  readonly #sessions = new Map<string, Promise<RollbackSession>>()
  readonly #takeAway: () => void
  #isInTest = false

  constructor(clients: ClientRegistryOf, waitMs: number) {
    this.#clients = clients
    this.#waitMs = waitMs
    this.#takeAway = clients.useAdapters((factory, name) =>
      isAdapterFactory(factory) ? this.#through(factory, name) : factory,
    )
  }

  /** @throws TestingError `TESTS_OVERLAP` */
  async beginTest(): Promise<void> {
    if (this.#isInTest) {
      throw new TestingError(
        'TESTS_OVERLAP',
        "Two tests of one file run at once, and one could not be undone without the other. Run them one after the other, or give the file a database of its own (`isolation: 'database'`).",
      )
    }
    this.#isInTest = true
    for (const session of await this.#opened()) session.beginTest()
  }

  async endTest(): Promise<void> {
    this.#isInTest = false
    await Promise.all((await this.#opened()).map((session) => session.endTest()))
  }

  async close(): Promise<void> {
    this.#takeAway()
    const sessions = await this.#opened()
    this.#sessions.clear()
    await Promise.all(sessions.map((session) => session.close()))
  }

  #through(original: AdapterFactory, name: string): AdapterFactory {
    const { provider, adapterName } = original
    return {
      provider,
      adapterName,
      connect: async () => {
        let session = this.#sessions.get(name)
        if (session === undefined) {
          session = this.#open(original)
          this.#sessions.set(name, session)
          session.catch(() => this.#sessions.delete(name))
        }
        return (await session).adapter
      },
      ...bound(original, ['connectToShadowDb']),
    }
  }

  async #open(original: AdapterFactory): Promise<RollbackSession> {
    const session = new RollbackSession(await original.connect(), {
      currentUnit: () => this.#clients.currentUnit(),
      waitMs: this.#waitMs,
    })
    if (this.#isInTest) session.beginTest()
    return session
  }

  async #opened(): Promise<RollbackSession[]> {
    const settled = await Promise.allSettled(this.#sessions.values())
    return settled.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []))
  }
}

function isAdapterFactory(value: object): value is AdapterFactory {
  return 'connect' in value && typeof value.connect === 'function' && 'adapterName' in value
}
