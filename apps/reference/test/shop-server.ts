import { once } from 'node:events'
import { createServer } from 'node:net'
import { inject, vi } from 'vitest'
import { startProgram, type Program } from './program'

export const WEBHOOK_SECRET = 'webhook secret of the tests'

/** The shop as it runs in production. */
export interface ShopServer {
  readonly url: string
  readonly program: Program
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts the production build and waits until it answers. */
export async function startShop(env: NodeJS.Dict<string> = {}): Promise<ShopServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = startProgram('next', ['start', '-H', '127.0.0.1', '-p', String(port)], {
    DATABASE_URL: inject('databaseUrl'),
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: 'secret of the tests',
    PAYMENT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ...env,
  })
  try {
    await vi.waitFor(() => fetch(`${url}/api/health`), { timeout: 30_000, interval: 100 })
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
