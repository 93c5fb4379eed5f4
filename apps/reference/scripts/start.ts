import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deployMigrations, generatePrismaClient, usePostgres } from '@oneprisma/testing'
import { runMigrations } from 'graphile-worker'
import { ChildProcesses } from './child-processes'

const USAGE = `Usage: npm start [-- --production] [-- --migrate] [-- --seed]

Starts the shop and its worker. Without DATABASE_URL it starts a Postgres of its own, migrated and
seeded, which ends with it. With DATABASE_URL nothing is changed there unless --migrate or --seed
ask for it.`
const READY_TIMEOUT_MS = 180_000
const app = join(import.meta.dirname, '..')

const { values: options } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    migrate: { type: 'boolean', default: false },
    seed: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(USAGE)
} else {
  process.exitCode = await start()
}

async function start(): Promise<number> {
  await using postgres = await usePostgres()
  await using children = new ChildProcesses(app)
  const port = await portToUse()
  const url = `http://127.0.0.1:${port}`
  const env = {
    DATABASE_URL: postgres.url,
    PORT: String(port),
    NEXTAUTH_URL: process.env.NEXTAUTH_URL ?? url,
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET ?? randomBytes(32).toString('hex'),
    PAYMENT_WEBHOOK_SECRET: process.env.PAYMENT_WEBHOOK_SECRET ?? 'development only',
    NEXT_TELEMETRY_DISABLED: '1',
  }

  await generatePrismaClient({ cwd: app })
  if (postgres.isEmbedded || options.migrate) await migrate(postgres.url)
  if (postgres.isEmbedded || options.seed) {
    await children.runToEnd('seed', ['tsx', 'prisma/seed.mjs'], env)
  }
  if (options.production) await children.runToEnd('build', ['next', 'build'], env)

  const ended = Promise.race([
    children.run('web', ['next', options.production ? 'start' : 'dev', '-H', '127.0.0.1'], env),
    children.run('worker', ['tsx', 'worker.ts'], env),
    signalled(),
  ])
  const isReady = await Promise.race([answers(`${url}/api/health/ready`), ended.then(() => false)])
  if (isReady) announce(url, postgres.isEmbedded)
  // Awaited here: what is in use is disposed of when this function ends.
  return await ended
}

async function migrate(url: string): Promise<void> {
  const { applied } = await deployMigrations({ url, directory: join(app, 'prisma/migrations') })
  await runMigrations({ connectionString: url })
  console.log(`Migrated (${applied.length} applied).`)
}

function announce(url: string, isEmbedded: boolean): void {
  console.log(`
Ready: ${url}

  status page    ${url}/status
  outbox         ${url}/outbox   (sign in as customer@example.com or admin@example.com)
  database       ${isEmbedded ? 'embedded, gone when this ends' : 'the one that DATABASE_URL names'}
`)
}

/** PORT, or 3000 or the next port that is free. */
async function portToUse(): Promise<number> {
  if (process.env.PORT) return Number(process.env.PORT)
  for (let port = 3000; port < 3100; port++) {
    if (await isFree(port)) return port
  }
  throw new Error('The ports 3000 to 3099 are all taken. Set PORT.')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

async function answers(address: string): Promise<boolean> {
  const until = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < until) {
    const response = await fetch(address).catch(() => undefined)
    if (response?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  console.error(`${address} did not answer in ${READY_TIMEOUT_MS / 1000} seconds.`)
  return false
}

/** Resolves to the exit code of a process that a signal ends. */
function signalled(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130))
    process.once('SIGTERM', () => resolve(143))
    process.once('SIGHUP', () => resolve(129))
  })
}
