import { Socket } from 'node:net'
import type { Client } from 'pg'
import { shownName } from '../../doctor/live/shown.ts'
import type { Failure } from '../gap.ts'
import type { ServerFacts, ServerSample, Sessions, StatementCounters } from './server-sample.ts'
import { FACTS, readOnly, SAMPLE, statementsIn } from './server-sql.ts'

export interface SampleOptions {
  /** Asks for the sums over all statements as well. */
  readonly withStatements: boolean
  /** The bound of all of it, a connection that has to be opened included. */
  readonly timeoutMs: number
}

interface Session {
  readonly client: Client
  readonly facts: ServerFacts
  /** The schema of `pg_stat_statements`, quoted, where it can be read. */
  readonly statements: string | undefined
}

/** The name that the monitor has at the server, so that it does not count itself. */
export const APPLICATION_NAME = 'oneprisma-monitor'

/**
 * Asks a server, by one connection at most. It opens another one where the last one was lost, and
 * takes no longer than its bound, whatever the server does.
 */
export class ServerWatcher {
  readonly #connectionString: string
  #session: Session | undefined
  #socket: Socket | undefined
  #isClosed = false

  constructor(connectionString: string) {
    this.#connectionString = connectionString
  }

  get facts(): ServerFacts | undefined {
    return this.#session?.facts
  }

  /** Asks for a sample. */
  async sample(options: SampleOptions): Promise<ServerSample | Failure> {
    const { timeoutMs } = options
    let isLate = false
    // pg would bound each step, and there are several.
    const late = setTimeout(() => {
      isLate = true
      this.#drop()
    }, timeoutMs)
    try {
      return await this.#ask(options)
    } catch (error) {
      this.#drop()
      const message = isLate ? `it does not answer within ${timeoutMs} ms` : reasonOf(error)
      return { code: 'SERVER_UNREACHABLE', message }
    } finally {
      clearTimeout(late)
    }
  }

  async #ask({ withStatements, timeoutMs }: SampleOptions): Promise<ServerSample> {
    const { client, statements: schema } = (this.#session ??= await this.#open(timeoutMs))
    const sample = await ask<Omit<ServerSample, 'statements'>>(client, SAMPLE, timeoutMs)
    const statements =
      withStatements && schema !== undefined
        ? await ask<StatementCounters>(client, statementsIn(schema), timeoutMs)
        : undefined
    return { ...sample, sessions: sample.sessions.map(withShownName), statements }
  }

  /** Cuts the connection, and opens no other; the server ends its side when it sees that. */
  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  #drop(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#session = undefined
  }

  async #open(timeoutMs: number): Promise<Session> {
    const { default: pg } = await import('pg')
    if (this.#isClosed) throw new Error('the monitor ends')
    const socket = new Socket()
    this.#socket = socket
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: APPLICATION_NAME,
      keepAlive: true,
      stream: () => socket,
    })
    client.on('error', () => {
      // What was lost between two samples need not cost the next one.
      if (this.#session?.client === client) this.#drop()
    })
    await client.connect()
    return { client, ...(await factsOf(client, timeoutMs)) }
  }
}

function withShownName(sessions: Sessions): Sessions {
  return { ...sessions, name: shownName(sessions.name) }
}

async function factsOf(
  client: Client,
  timeoutMs: number,
): Promise<Pick<Session, 'facts' | 'statements'>> {
  interface Answer extends Omit<ServerFacts, 'isPooled' | 'hasStatements'> {
    readonly pid: number
    readonly statements: string | null
  }
  const { pid, statements, ...facts } = await ask<Answer>(client, FACTS, timeoutMs)
  const canRead = statements !== null && (await isReadable(client, statements, timeoutMs))
  // pg knows the number that the server, or what is in between, announced; its types do not.
  const announced: unknown = Reflect.get(client, 'processID')
  return {
    facts: { ...facts, isPooled: announced !== pid, hasStatements: canRead },
    statements: canRead ? statements : undefined,
  }
}

/** The extension can be there without its library. */
async function isReadable(client: Client, schema: string, timeoutMs: number): Promise<boolean> {
  try {
    await ask(client, statementsIn(schema), timeoutMs)
    return true
  } catch (error) {
    if (!isRefusedByServer(error)) throw error
    await client.query('ROLLBACK')
    return false
  }
}

async function ask<Answer>(client: Client, question: string, timeoutMs: number): Promise<Answer> {
  // Several statements have several results, which the types of pg do not know.
  const results = (await client.query(readOnly(question, timeoutMs))) as unknown as ReadonlyArray<{
    readonly rows: ReadonlyArray<{ readonly answer: Answer }>
  }>
  const answer = results.flatMap(({ rows }) => rows)[0]?.answer
  if (answer === undefined) throw new Error('the server gave no answer')
  return answer
}

function isRefusedByServer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error
}

/** What happened, without what may hold a secret: words of the server, else a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached'
  if (!isRefusedByServer(error) && 'code' in error) return String(error.code)
  return error.message.replaceAll(/:\/\/\S*@/g, '://***@')
}
