import { tryNamedStatements, type NamedStatements } from './named-statements.ts'
import { openServer } from './open-server.ts'
import type { LiveOptions } from './live-options.ts'
import type { LiveServer } from './live-server.ts'
import { askPoolerConsole, type PoolerConsole } from './pooler-console.ts'
import { findPoolMode, modeOfUnanswered, type PoolMode } from './pool-mode.ts'

/** What was found out about a pooler. */
export interface Pooler extends PoolMode {
  /** undefined where it was not tried: a session has its names for itself. */
  readonly named: NamedStatements | undefined
  /** undefined where it has none, or none for this role. */
  readonly console: PoolerConsole | undefined
}

/** Finds out about the pooler behind a connection, with a second one beside it. */
export async function probePooler(app: LiveServer, options: LiveOptions): Promise<Pooler> {
  const { mode, named } = await probeWithAnother(app, options)
  return { ...mode, named, console: await askPoolerConsole(app.url, options) }
}

async function probeWithAnother(
  app: LiveServer,
  options: LiveOptions,
): Promise<{ readonly mode: PoolMode; readonly named: NamedStatements | undefined }> {
  let other: LiveServer
  try {
    other = await openServer(app.url, app.through, options)
  } catch (error) {
    const mode = await modeOfUnanswered(error, app)
    return { mode: { mode, rounds: 0, backends: 1 }, named: undefined }
  }
  try {
    const mode = await findPoolMode(app, other)
    const named = mode.mode === 'transaction' ? await tryNamedStatements(app, other) : undefined
    return { mode, named }
  } finally {
    await other.close()
  }
}
