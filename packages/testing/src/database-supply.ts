import pg from 'pg'
import { adminConfig, copyDatabase, dropDatabase, keepDatabase } from './admin-connection.ts'
import { keptPrefixOf, runOf } from './run-names.ts'

/** What the databases of files are made of, and what becomes of them. */
export interface SupplySettings {
  readonly serverUrl: string
  readonly isEmbedded: boolean
  readonly runId: number
  readonly template: string
  /** Whether a database may serve another file when one has ended. */
  readonly isReused: boolean
  /** How many are made before anybody asks. */
  readonly spares: number
  /** How many of failed files are kept. */
  readonly keepFailed: number
}

const CONNECTIONS = 4

/**
 * The databases of a run: copies of its template, of which some lie ready, so that no file waits for
 * one to be made. One that has served its file is dropped, or serves another one.
 */
export class DatabaseSupply {
  readonly #settings: SupplySettings
  readonly #admins: pg.Pool
  readonly #ready: Array<Promise<string>> = []
  readonly #leaving = new Set<Promise<void>>()
  #made = 0
  #kept = 0
  #isClosed = false

  constructor(settings: SupplySettings) {
    this.#settings = settings
    this.#admins = new pg.Pool({
      ...adminConfig(settings.serverUrl),
      max: CONNECTIONS,
      allowExitOnIdle: true,
    })
    // A connection that breaks also fails the query that is running.
    this.#admins.on('error', () => {})
    this.#refill()
  }

  /** How many databases of failed files are kept. */
  get kept(): number {
    return this.#kept
  }

  /** The name of a database that nobody else uses. */
  async take(): Promise<string> {
    const ready = this.#ready.pop() ?? this.#make()
    this.#refill()
    return ready
  }

  /** Ends the use of a database. */
  giveBack(name: string): void {
    if (this.#isClosed) return
    if (this.#settings.isReused) {
      this.#ready.push(Promise.resolve(name))
      return
    }
    // The end of the run drops what could not be dropped now.
    const leaving = dropDatabase(this.#admins, name)
      .catch(() => {})
      .finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  /**
   * Keeps a database for a look, unless enough are kept already. Returns its new name, and
   * `undefined` for one that is not kept: that is to be given back.
   */
  async keep(name: string): Promise<string | undefined> {
    const { isReused, keepFailed, runId } = this.#settings
    if (isReused || this.#kept >= keepFailed) return undefined
    const kept = `${keptPrefixOf(runOf(runId))}${++this.#kept}`
    await keepDatabase(this.#admins, name, kept)
    return kept
  }

  /** Makes no more databases. Those that there are go with the run. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled([...this.#ready, ...this.#leaving])
    await this.#admins.end()
  }

  #refill(): void {
    while (!this.#isClosed && this.#ready.length < this.#settings.spares) {
      const made = this.#make()
      // Whoever takes it is told.
      made.catch(() => {})
      this.#ready.unshift(made)
    }
  }

  async #make(): Promise<string> {
    const { runId, template, isEmbedded } = this.#settings
    const name = `${runOf(runId).prefix}${++this.#made}`
    // Where nothing has to be durable, copying the files takes half the time.
    await copyDatabase(this.#admins, template, { to: name, byFiles: isEmbedded })
    return name
  }
}
