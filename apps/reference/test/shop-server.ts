import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { inject, vi } from 'vitest'
import { startProgram, type Program } from './program'

export const WEBHOOK_SECRET = 'webhook secret of the tests'
export const METRICS_TOKEN = 'metrics token of the tests'

/** The shop as it runs in production. */
export interface ShopServer {
  readonly url: string
  readonly program: Program
  [Symbol.asyncDispose](): Promise<void>
}

const NEXT_START = ['next', 'start', '-H', '127.0.0.1']
/** What `output: 'standalone'` makes, to be run with nothing else. */
export const STANDALONE: readonly string[] = [
  process.execPath,
  join(import.meta.dirname, '../.next/standalone/apps/reference/server.js'),
]

/** Starts the production build and waits until it answers. */
export async function startShop(
  env: NodeJS.Dict<string> = {},
  command: readonly string[] = NEXT_START,
): Promise<ShopServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [name = '', ...args] = command
  const program = startProgram(name, args, {
    HOSTNAME: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: inject('databaseUrl'),
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: 'secret of the tests',
    PAYMENT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    METRICS_TOKEN,
    ...env,
  })
  try {
    await vi.waitFor(() => fetch(`${url}/api/health/live`), { timeout: 30_000, interval: 100 })
  } catch (cause) {
    await program.end('SIGKILL')
    throw new Error(`The shop did not start:\n${program.output()}`, { cause })
  }
  return {
    url,
    program,
    [Symbol.asyncDispose]: async () => {
      await program.end()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return address.port
}
