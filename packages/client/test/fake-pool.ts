import { EventEmitter } from 'node:events'

const STATEMENT = { sql: 'SELECT 1', args: [], argTypes: [] }

interface Adapter {
  queryRaw(statement: typeof STATEMENT): Promise<unknown>
  startTransaction(): Promise<{ commit(): Promise<void>; rollback(): Promise<void> }>
  dispose(): Promise<void>
}

/** A pool of the shape of pg's, and a driver adapter on it, without a server. */
export class FakePool extends EventEmitter {
  readonly options: { idleTimeoutMillis: number }
  readonly waitingCount = 0
  totalCount = 1
  idleCount = 0
  /** Makes the next transaction fail to begin. */
  beginError: Error | undefined

  constructor(idleTimeoutMillis: number) {
    super()
    this.options = { idleTimeoutMillis }
  }

  get factory(): { provider: string; adapterName: string; connect(): Promise<Adapter> } {
    return { provider: 'postgres', adapterName: '@test/fake', connect: async () => this.#adapter() }
  }

  /** Closes every connection, as a pool does when its idle timers fire. */
  empty(): void {
    this.totalCount = 0
    this.emit('remove', {})
  }

  #adapter(): Adapter & { underlyingDriver(): object } {
    const release = async (): Promise<void> => void this.emit('release', undefined, {})
    return {
      queryRaw: release,
      startTransaction: async () => {
        if (this.beginError !== undefined) throw this.beginError
        return { commit: release, rollback: release }
      },
      dispose: async () => this.empty(),
      underlyingDriver: () => this,
    }
  }
}

/** Runs one statement on an adapter. */
export async function runStatement(adapter: Pick<Adapter, 'queryRaw'>): Promise<void> {
  await adapter.queryRaw(STATEMENT)
}
