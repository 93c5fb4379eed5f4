import { liveServerOf, type LiveServer } from './live-server.ts'
import type { ServerUrl } from './server-url.ts'
import type { LiveOptions } from './live-options.ts'

/** What the connections of the checks are called at the server. */
export const APPLICATION_NAME = 'oneprisma-doctor'

// A statement that the server was to cancel and did not is given up here.
const GRACE_MS = 1_000

/** Connects as the application would, but for a name and bounds of its own. */
export async function openServer(
  url: ServerUrl,
  through: LiveServer['through'],
  { connectTimeoutMs, statementTimeoutMs }: LiveOptions,
): Promise<LiveServer> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url.connectionString,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
  })
  // What is lost shows itself to the statement that comes next.
  client.on('error', () => {})
  try {
    await client.connect()
    return await liveServerOf(client, url, through, statementTimeoutMs)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
