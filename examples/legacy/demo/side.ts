import type { EmbeddedPostgres } from '@oneprisma/testing'
import { HelpDeskDatabase, type ConnectionSample } from './help-desk-database.ts'
import { HelpDeskServer, type ClientCount } from './help-desk-server.ts'
import { load, type Sent } from './load.ts'
import {
  differencesOf,
  recordedTraffic,
  replay,
  type Difference,
  type Exchange,
} from './traffic.ts'
import { Visitor } from './visitor.ts'

/** What one copy of the help desk did. */
export interface SideResult {
  readonly clients: ClientCount
  /** How many answers were recorded, and which of them are others now. */
  readonly recorded: number
  readonly differences: readonly Difference[]
  /** The connections during each round of load. */
  readonly rounds: ReadonlyArray<readonly ConnectionSample[]>
  readonly sent: readonly Sent[]
}

/** A copy of the help desk that runs on a database of its own. */
export class Side implements AsyncDisposable {
  readonly #folder: string
  readonly #database: HelpDeskDatabase
  readonly #server: HelpDeskServer
  readonly #rounds: Array<readonly ConnectionSample[]> = []
  readonly #sent: Sent[] = []
  #differences: readonly Difference[] = []

  private constructor(folder: string, database: HelpDeskDatabase, server: HelpDeskServer) {
    this.#folder = folder
    this.#database = database
    this.#server = server
  }

  static async start(postgres: EmbeddedPostgres, folder: string, name: string): Promise<Side> {
    const database = await HelpDeskDatabase.create(postgres, folder, name)
    try {
      return new Side(folder, database, await HelpDeskServer.start(folder, database.url))
    } catch (error) {
      await database[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Does what was recorded; what it leaves in the database is what the load then reads. */
  async replay(): Promise<readonly Exchange[]> {
    const traffic = recordedTraffic()
    const given = await replay(traffic, {
      folder: this.#folder,
      url: this.#server.url,
      databaseUrl: this.#database.url,
    })
    this.#differences = differencesOf(traffic, given)
    return given
  }

  async load(perSecond: number, seconds: number): Promise<void> {
    const { url } = this.#server
    const visitor = new Visitor(url)
    await visitor.signIn('agnes@example.com', 'correct horse')
    const { cookie } = visitor
    const { samples, result } = await this.#database.watch(() =>
      load({ url, cookie, perSecond, seconds }),
    )
    this.#rounds.push(samples)
    this.#sent.push(...result)
  }

  get result(): SideResult {
    return {
      clients: this.#server.clients,
      recorded: recordedTraffic().length,
      differences: this.#differences,
      rounds: this.#rounds,
      sent: this.#sent,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.#database[Symbol.asyncDispose]()
  }
}
