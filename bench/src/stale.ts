import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp, BUNDLERS, type Bundler, type Variant } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { NextServer } from './next-server.ts'
import { rounded } from './statistics.ts'

const ROUTES = ['/api/users', '/api/session', '/api/things', '/api/webhook', '/'] as const
const DRAIN_TIMEOUT_MS = 10_000
const VISIBLE_TIMEOUT_MS = 20_000

/** Models added, and `prisma generate` run, while `next dev` runs. */
export async function stale({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  const bars: Bar[] = []
  const touches = isQuick ? 3 : 20
  for (const bundler of BUNDLERS) {
    bars.push(...(await regenerate(database, 'oneprisma', bundler, touches)))
    bars.push(...(await regenerate(database, 'documented', bundler, 2)))
    bars.push(...(await warn(database, bundler)))
  }
  return bars
}

/** The generator `prisma-client`, whose code is bundled: the new models are to appear. */
async function regenerate(
  database: BenchDatabase,
  variant: Variant,
  bundler: Bundler,
  touches: number,
): Promise<Bar[]> {
  const name = `stale-${bundler}-${variant}`
  const where = `${variant}, ${bundler}, prisma-client`
  console.error(name)
  using app = await BenchApp.create(name, variant)
  await using server = await NextServer.start(app, 'dev', bundler, environment(database, name))
  for (const route of ROUTES) await server.waitFor(route, () => true)

  let unseen = 0
  let unbuilt = 0
  let untold = 0
  let leftOver = 0
  let longestDrainMs = 0
  for (const model of ['Post', 'Tag']) {
    const before = await database.backends(name)
    const warnings = countWarnings(server)
    app.addModel(model)
    await app.generate()
    const missing = await unseenIn(server, model.toLowerCase())
    if (missing < 5 && !app.isBuiltWith(model)) {
      throw new Error('The bundles hold the schema in a form that this bench does not know.')
    }
    // A bundler that lost sight of the generated files builds without them; then a line is to say so.
    if (missing > 0 && !app.isBuiltWith(model)) {
      unbuilt++
      if (countWarnings(server) - warnings !== 1) untold++
      continue
    }
    unseen += missing
    const drained = await drain(database, name, before)
    leftOver += drained.left
    longestDrainMs = Math.max(longestDrainMs, drained.ms)
  }
  const { older, failed } = await touch(app, server, touches)

  const isOurs = variant === 'oneprisma'
  const zero = (bar: string, value: number, unit: string): Bar =>
    limitedIf(isOurs, exactly(bar, where, value, unit, 0))
  return [
    zero('bundles that lack a model they were built with', unseen, 'of 10'),
    forComparison('models that the bundler did not build', where, unbuilt, 'of 2'),
    zero('models neither built nor warned of', untold, 'of 2'),
    zero('answers with an older schema afterwards', older, `of ${touches * ROUTES.length}`),
    zero('failed requests while it is touched', failed, ''),
    ...(isOurs
      ? [
          exactly('old connections left after the drain time', where, leftOver, '', 0),
          atMost(
            'time until the old pool was empty',
            where,
            rounded(longestDrainMs / 1_000, 1),
            's',
            DRAIN_TIMEOUT_MS / 1_000,
          ),
        ]
      : []),
  ]
}

/** How many of the pages, app, server-component and instrumentation bundles lack a model. */
async function unseenIn(server: NextServer, model: string): Promise<number> {
  const sees = async (path: string, models: 'models' | 'instrumentation'): Promise<boolean> => {
    try {
      await server.waitFor(
        path,
        (answer) => answer[models]?.includes(model) ?? false,
        VISIBLE_TIMEOUT_MS,
      )
      return true
    } catch {
      return false
    }
  }
  const seen = await Promise.all([
    sees('/api/users', 'models'),
    sees('/api/things', 'models'),
    sees('/api/webhook', 'models'),
    sees('/', 'models'),
    sees('/api/bench', 'instrumentation'),
  ])
  return seen.filter((isSeen) => !isSeen).length
}

/** Waits until the connections that there were before are gone. */
async function drain(
  database: BenchDatabase,
  name: string,
  before: readonly number[],
): Promise<{ left: number; ms: number }> {
  const start = performance.now()
  for (;;) {
    const now = await database.backends(name)
    const left = before.filter((backend) => now.includes(backend)).length
    const ms = performance.now() - start
    if (left === 0 || ms > DRAIN_TIMEOUT_MS) return { left, ms }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Touches the shared module and a route in turn, which is when bundlers evaluate old modules, and
 * counts the answers without a model that some bundle has had before.
 */
async function touch(
  app: BenchApp,
  server: NextServer,
  touches: number,
): Promise<{ older: number; failed: number }> {
  let older = 0
  const failedAtFirst = server.failedRequests
  const known = new Set<string>()
  for (const route of ROUTES) {
    for (const model of (await server.get(route)).body.models ?? []) known.add(model)
  }
  for (let edit = 1; edit <= touches; edit++) {
    const [file, member] =
      edit % 2 === 1 ? ['lib/prisma.ts', 'edit'] : ['pages/api/users.ts', 'routeEdit']
    app.edit(file ?? '', (text) =>
      text.replace(new RegExp(`const ${member} = .*`), `const ${member} = ${edit}`),
    )
    await server.waitFor('/api/users', (answer) =>
      member === 'edit' ? answer.edit === edit : answer.routeEdit === edit,
    )
    for (const route of ROUTES) {
      const { status, body } = await server.get(route)
      const models = new Set(body.models)
      if (status === 200 && [...known].some((model) => !models.has(model))) older++
      for (const model of models) known.add(model)
    }
  }
  return { older, failed: server.failedRequests - failedAtFirst }
}

/** The generator `prisma-client-js`, which lies in node_modules: one line is to say so. */
async function warn(database: BenchDatabase, bundler: Bundler): Promise<Bar[]> {
  const name = `stale-${bundler}-js`
  const where = `oneprisma, ${bundler}, prisma-client-js`
  console.error(name)
  using app = await BenchApp.create(name, 'oneprisma', 'prisma-client-js')
  await using server = await NextServer.start(app, 'dev', bundler, environment(database, name))
  for (const route of ROUTES) await server.waitFor(route, () => true)
  app.addModel('Post')
  await app.generate()

  await server.get('/api/users')
  const afterOne = await warningsIn(server)
  for (const route of ROUTES) await server.get(route)
  const afterAll = await warningsIn(server)
  return [
    exactly('warnings after one request', where, afterOne, '', 1),
    exactly('warnings after five more', where, afterAll, '', 1),
  ]
}

async function warningsIn(server: NextServer): Promise<number> {
  // What the server prints is read in turns of this process's event loop.
  for (let turn = 0; turn < 40; turn++) {
    if (countWarnings(server) > 0) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return countWarnings(server)
}

function countWarnings(server: NextServer): number {
  return server.output.split('ONEPRISMA_STALE_CLIENT').length - 1
}

function environment(database: BenchDatabase, name: string): Record<string, string> {
  return { DATABASE_URL: database.url, BENCH_NAME: name }
}
