import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cell, CellFindings, CellTools } from './cell.ts'
import { lastLines, startCommand, type RunningCommand } from './child.ts'
import type { CellDatabase } from './engines.ts'
import { CONTROL_APP, frameworkApps, type FrameworkApp } from './framework-apps.ts'
import { install, installedVersions } from './install.ts'
import { LATEST } from './prisma-cells.ts'
import { generate, POSTGRES_TABLES, schemaOf } from './shared-program.ts'
import { isGoneWithin } from './wait.ts'

/** What the app answers: `answer` of the module below. */
interface Answer {
  readonly revision: string
  readonly node: string
  readonly pid: number
  /** The thread of the process: the module counts as another where it moved to one. */
  readonly threadId: number
  readonly createdAt: string
  readonly generation: number
  readonly count: number
}

const MODULE = `import { threadId } from 'node:worker_threads'
import { sharePrisma, status } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/client.ts'

const revision = 'one'

export const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
})

export async function answer() {
  const counts = await Promise.all(Array.from({ length: 10 }, () => prisma.author.count()))
  const { createdAt, generation } = status(prisma)
  return { revision, node: process.version, pid: process.pid, threadId, createdAt, generation, count: counts[0] }
}
`
// The same without a shared client, on a pool with the same limits.
const CONTROL = MODULE.replace("import { sharePrisma, status } from '@oneprisma/client'\n", '')
  .replace('sharePrisma(({ observe }) => {', '(() => {')
  .replace('observe(new PrismaPg(config, options))', 'new PrismaPg(config, options)')
  .replace('\n})\n', '\n})()\n')
  .replace('status(prisma)', '{ createdAt: revision, generation: 1 }')
const POOL_MAX = 3
const ANSWER_MS = 90_000
// Less than the time after which a pool closes idle connections by itself.
const SETTLE_MS = 5_000
const EVERY_MS = 250

/** Development servers that share one client through a change of the module that makes it. */
export const frameworkCells: readonly Cell[] = [
  ...frameworkApps.map((app): Cell => ({
    id: `framework/${app.name}`,
    kind: 'framework',
    title: app.title,
    run: (tools) => runApp(tools, app, MODULE),
  })),
  {
    id: 'framework/control',
    kind: 'framework',
    title: `${CONTROL_APP.title}, with a client a module: the checks see it`,
    run: runControl,
  },
]

/** Sees the checks fail: where every evaluation of the module makes a client, pools add up. */
async function runControl(tools: CellTools): Promise<CellFindings> {
  const { checks, facts } = await runApp(tools, CONTROL_APP, CONTROL)
  const failed = Object.keys(checks).filter((name) => checks[name] !== 'ok')
  const isSeen = failed.join(', ') === 'one client in it, pool not doubled'
  return {
    checks: { 'two clients are seen': isSeen ? 'ok' : `failed: ${failed.join(', ')}` },
    facts,
  }
}

async function runApp(
  tools: CellTools,
  app: FrameworkApp,
  clientModule: string,
): Promise<CellFindings> {
  const { folder, signal } = tools
  await using database = await tools.engines.postgres()
  for (const text of POSTGRES_TABLES) await database.query(text)
  await install(tools, {
    '@prisma/client': LATEST.client,
    '@prisma/adapter-pg': LATEST.adapter,
    tsx: '4.23.15',
    typescript: '5.9.3',
    ...app.dependencies,
  })
  await writeFile(
    join(folder, 'schema.prisma'),
    schemaOf({ generator: 'prisma-client', provider: 'postgresql' }),
  )
  // Prisma's command takes longer to install than all the rest, and is of no interest here.
  await generate(folder, import.meta.dirname)
  for (const [file, text] of Object.entries({ 'lib/prisma.ts': clientModule, ...app.files })) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const port = await freePort()
  const [program = '', ...args] = app.command(port)
  const bin = join(folder, 'node_modules/.bin')
  const server = startCommand(join(bin, program), args, {
    cwd: folder,
    signal,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      PORT: String(port),
      DATABASE_URL: `${database.url}?connection_limit=${POOL_MAX}&application_name=matrix-app`,
      NODE_ENV: 'development',
      NEXT_TELEMETRY_DISABLED: '1',
      ASTRO_TELEMETRY_DISABLED: '1',
      NUXT_TELEMETRY_DISABLED: '1',
    },
  })
  try {
    const seen = await changeIt(folder, server, `http://127.0.0.1:${port}/api`, database)
    const named = Object.keys(app.dependencies).slice(0, 1)
    return { ...seen, facts: { ...(await installedVersions(folder, named)), ...seen.facts } }
  } finally {
    server.kill()
    await server.ended
  }
}

/** Asks twice, changes the module of the client, asks twice again, and compares. */
async function changeIt(
  folder: string,
  server: RunningCommand,
  url: string,
  database: CellDatabase,
): Promise<CellFindings> {
  await answerWith(server, url, 'one')
  const [before] = await Promise.all([ask(url), ask(url)])
  const sessionsBefore = await database.sessions('matrix-app')

  const file = join(folder, 'lib/prisma.ts')
  await writeFile(file, (await readFile(file, 'utf8')).replace(`'one'`, `'two'`))
  await answerWith(server, url, 'two')
  const [after] = await Promise.all([ask(url), ask(url)])
  const reload = reloadOf(before, after)
  // A pool that was left in the process would still be full; what has ended may take a moment to go.
  const settleMs = reload === 'in the process' ? 0 : SETTLE_MS
  let sessionsAfter = 0
  const isSettled = await isGoneWithin(settleMs, async () => {
    sessionsAfter = await database.sessions('matrix-app')
    return Math.max(0, sessionsAfter - POOL_MAX)
  })

  const isOldGone = reload !== 'another process' || !isAlive(before.pid)
  const isOne =
    before.generation === 1 &&
    after.generation === 1 &&
    (reload !== 'in the process' || before.createdAt === after.createdAt)
  return {
    checks: {
      'answers before and after': before.count === 0 && after.count === 0 ? 'ok' : 'not right',
      'one backend process': isOldGone ? 'ok' : 'the process before the change is still there',
      'one client in it': isOne ? 'ok' : 'the change has made another client',
      'pool not doubled':
        isSettled && sessionsBefore <= POOL_MAX
          ? 'ok'
          : `${sessionsBefore} sessions before, ${sessionsAfter} after, of a pool of ${POOL_MAX}`,
    },
    facts: {
      ...(after.node === process.version ? {} : { node: after.node }),
      reload,
      'sessions before': sessionsBefore,
      'sessions after': sessionsAfter,
    },
  }
}

function reloadOf(before: Answer, after: Answer): string {
  if (before.pid !== after.pid) return 'another process'
  return before.threadId === after.threadId ? 'in the process' : 'another thread'
}

/** Waits until the app answers with this revision of the module. */
async function answerWith(server: RunningCommand, url: string, revision: string): Promise<void> {
  const until = performance.now() + ANSWER_MS
  let last = 'no answer'
  for (;;) {
    try {
      const found = await ask(url)
      if (found.revision === revision) return
      last = `revision ${found.revision}`
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    const isOver = server.child.exitCode !== null || performance.now() > until
    if (isOver) {
      throw new Error(`No answer of "${revision}" (${last}): ${lastLines(server.output())}`)
    }
    await delay(EVERY_MS)
  }
}

async function ask(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  if (!response.ok) throw new Error(`HTTP ${response.status} ${text.slice(0, 200)}`)
  // The module above makes it.
  return JSON.parse(text) as Answer
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on TCP, so that its address has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
