import type { Attempt } from './explain-refusal.ts'

/**
 * Whether a server that refuses a connection without TLS goes on with one that has it. The password
 * stays here: that the server asks for it is the answer.
 */
export async function insistsOnTls({ url, options }: Attempt): Promise<boolean> {
  const { default: pg } = await import('pg')
  const parsed = new pg.Client({ connectionString: url.connectionString })
  // `ssl` is a member of pg's Client that its types leave out.
  if ((parsed as unknown as { readonly ssl: unknown }).ssl !== false) return false

  let isAsked = false
  const { host, port, database, user } = parsed
  const client = new pg.Client({
    host,
    port,
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    ssl: { rejectUnauthorized: false },
    connectionTimeoutMillis: options.connectTimeoutMs,
    password: () => {
      isAsked = true
      throw new Error('The password stays here.')
    },
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return isAsked
  } finally {
    await client.end().catch(() => {})
  }
}
