import type { LiveServer } from './live-server.ts'

/** How a pooler lends connections of the server, and how that was found out. */
export interface PoolMode {
  /** `unknown` where the pooler had no connection for a second client. */
  readonly mode: 'transaction' | 'session' | 'statement' | 'unknown'
  readonly rounds: number
  /** The processes of the server that answered. */
  readonly backends: number
}

const ROUNDS = 10
const PID = 'SELECT pg_backend_pid() AS pid'

/**
 * Finds out by its effect how a pooler lends connections. Two clients ask, while both are connected,
 * which process of the server answers them. In session mode each keeps its own. In transaction mode a
 * client that has moved, or a process that has answered both, shows that none is kept.
 */
export async function findPoolMode(one: LiveServer, other: LiveServer): Promise<PoolMode> {
  const ofOne = new Set<number>()
  const ofOther = new Set<number>()
  let rounds = 0
  try {
    while (rounds < ROUNDS) {
      rounds++
      ofOne.add(await pidOf(one))
      for (const { pid } of await other.ask<{ pid: number }>(PID)) ofOther.add(pid)
      const isShared = [...ofOne].some((pid) => ofOther.has(pid))
      if (isShared || ofOne.size > 1 || ofOther.size > 1) {
        return { mode: 'transaction', rounds, backends: new Set([...ofOne, ...ofOther]).size }
      }
    }
  } catch (error) {
    return { mode: await modeOfUnanswered(error, one), rounds, backends: ofOne.size }
  }
  return { mode: 'session', rounds, backends: 2 }
}

/** What it means that a pooler answered one client, and failed another with an error. */
export async function modeOfUnanswered(error: unknown, one: LiveServer): Promise<PoolMode['mode']> {
  const message = error instanceof Error ? error.message : ''
  if (/statement pooling mode/i.test(message)) return 'statement'
  if (message !== 'Query read timeout') return 'unknown'
  // One is answered at once while the other waits: the connection is kept for the one.
  return pidOf(one).then(
    () => 'session',
    () => 'unknown',
  )
}

async function pidOf(server: LiveServer): Promise<number> {
  const [row] = await server.askAlone<{ pid: number }>({ text: PID })
  return row?.pid ?? 0
}
