import type { StatementNames } from './statement-names.ts'

/**
 * What is used of a client of pg to name statements. `readyForQuery`, `pipeline` and what is used of
 * `connection` are not documented: the tests run on the oldest and the newest pg.
 *
 * @internal
 */
export interface NamingClient {
  readonly connection?: Connection
  readonly readyForQuery?: boolean
  readonly pipeline?: boolean
  query: Query
}

interface Connection {
  /** The texts of the statements that the server has under a name. */
  readonly parsedStatements?: Record<string, string>
  close?(message: { readonly type: 'S'; readonly name: string }): void
}

type Query = (this: NamingClient, config: unknown, values?: unknown, callback?: unknown) => unknown

/** What is used of a query; every member may be anything. */
interface Config {
  readonly rowMode?: unknown
  readonly text?: unknown
  readonly name?: unknown
}

/** How statements are named. */
export interface NamingSettings {
  /** The most names that a connection may have. */
  readonly max: number
  readonly inTransactions: boolean
}

/**
 * Gives the statements of adapter-pg names, on one connection. The server then parses each once, and
 * need not plan it every time.
 *
 * Outside of a transaction, adapter-pg has the pool send a statement, with a callback; inside of one,
 * it does so itself, without. A statement whose name has failed is sent again as it came: it has not
 * run, for the server looks for the name first. Inside of a transaction that has failed, nothing can
 * be sent again.
 *
 * @internal
 */
export function nameStatements(
  client: NamingClient,
  names: StatementNames,
  settings: NamingSettings,
): void {
  const { connection } = client
  if (!connection?.parsedStatements || !connection.close || client.pipeline) return
  const kept = new KeptNames(connection, settings.max)
  const send = client.query

  client.query = (config, values, callback) => {
    const isAlone = typeof callback === 'function'
    const mayBeNamed = isAlone || (settings.inTransactions && typeof values !== 'function')
    // Whatever waits in the queue of a connection is left as it is.
    const text = mayBeNamed && client.readyForQuery ? textOf(config) : undefined
    const name = text === undefined ? undefined : names.of(text)
    if (name === undefined) return send.call(client, config, values, callback)

    kept.use(name)
    // It has a text, and so is an object.
    const named = { ...(config as object), name }
    if (!isAlone) return outcomeOf(send.call(client, named, values), name)
    return send.call(client, named, values, (error: unknown, result: unknown) => {
      if (error && names.hasFailed(name, error)) send.call(client, config, values, callback)
      else callback(error, result)
    })
  }

  async function outcomeOf(sent: unknown, name: string): Promise<unknown> {
    try {
      return await sent
    } catch (error) {
      names.hasFailed(name, error)
      throw error
    }
  }
}

/** The names of one connection; the one that was not used for longest goes when there are too many. */
class KeptNames {
  readonly #connection: Connection
  readonly #max: number
  readonly #uses = new Map<string, number>()
  #count = 0

  constructor(connection: Connection, max: number) {
    this.#connection = connection
    this.#max = max
  }

  use(name: string): void {
    if (this.#uses.size >= this.#max && !this.#uses.has(name)) this.#dropOldest()
    this.#uses.set(name, ++this.#count)
  }

  // The server gets it together with the next statement. It does not mind a name that it has not.
  #dropOldest(): void {
    let oldest = ''
    let least = Infinity
    for (const [name, use] of this.#uses) {
      if (use >= least) continue
      oldest = name
      least = use
    }
    this.#uses.delete(oldest)
    delete this.#connection.parsedStatements?.[oldest]
    this.#connection.close?.({ type: 'S', name: oldest })
  }
}

/** The text of a query that is made as adapter-pg makes them, and has no name of its own. */
function textOf(config: unknown): string | undefined {
  if (typeof config !== 'object' || config === null) return undefined
  const { rowMode, text, name } = config as Config
  return rowMode === 'array' && name === undefined && typeof text === 'string' ? text : undefined
}
