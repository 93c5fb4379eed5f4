import { nameStatements, type NamingClient, type NamingSettings } from './name-statements.ts'
import { serverPathOf, type AskedClient } from './server-path.ts'
import { StatementNames } from './statement-names.ts'

/** What a pool does with every new connection before somebody gets it. */
export type ConnectionSetup = (client: object, done: (error?: Error) => void) => void

/** A client of pg, which tells of the end of its connection. */
interface Client extends AskedClient {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * Sets up every new connection of a pool: statements get names where it leads to the server itself, or
 * at once where that is not asked for.
 *
 * A connection that does not answer in time is handed out all the same, as it would be without this;
 * what is sent on it waits for the answer. One that breaks meanwhile is not.
 *
 * @internal
 */
export function setUpConnections(
  mode: 'auto' | 'always',
  settings: NamingSettings,
  timeoutMs: number,
): ConnectionSetup {
  const names = new StatementNames()
  return (client, done) => {
    const nameAll = (): void => {
      // A structural view of a client of pg; where a part of it is missing, nothing is named.
      nameStatements(client as NamingClient, names, settings)
    }
    if (mode === 'auto') return findOut(client as Client, timeoutMs, nameAll, done)
    nameAll()
    done()
  }
}

function findOut(
  client: Client,
  timeoutMs: number,
  onDirect: () => void,
  done: (error?: Error) => void,
): void {
  let isDone = false
  const finish = (error?: Error): void => {
    if (isDone) return
    isDone = true
    clearTimeout(late)
    client.removeListener('error', finish)
    done(error)
  }
  const late = setTimeout(finish, timeoutMs)
  // The pool does not listen while a connection is set up.
  client.on('error', finish)
  const ask = async (): Promise<void> => {
    if ((await serverPathOf(client)) === 'direct') onDirect()
  }
  ask().then(() => finish(), finish)
}
