import { randomBytes } from 'node:crypto'
import type { LiveServer } from './live-server.ts'

/** What became of a named statement behind a pooler. */
export interface NamedStatements {
  readonly isKept: boolean
  /** What the first one failed with: 26000, it is not there; 42P05, it is there already. */
  readonly failedWith: string | undefined
  readonly rounds: number
}

const ROUNDS = 5
const CLEANING_ROUNDS = 5

/**
 * Prepares a statement under a name on two connections, and runs it on both in turn, as a driver that
 * names its statements does. A pooler that does not know of names lets one client find the name taken
 * by the other, or lands it where its own was never prepared. What was prepared is taken away again.
 */
export async function tryNamedStatements(
  one: LiveServer,
  other: LiveServer,
): Promise<NamedStatements> {
  const statement = {
    name: `oneprisma_doctor_${randomBytes(6).toString('hex')}`,
    text: 'SELECT 1 AS one',
  }
  let rounds = 0
  let failedWith: string | undefined
  while (rounds < ROUNDS && failedWith === undefined) {
    rounds++
    failedWith = (await failureOf(one, statement)) ?? (await failureOf(other, statement))
  }
  for (let round = 0; round < CLEANING_ROUNDS; round++) {
    await Promise.all([one, other].map((server) => deallocate(server, statement.name)))
  }
  return { isKept: failedWith === undefined, failedWith, rounds }
}

async function failureOf(
  server: LiveServer,
  statement: { readonly name: string; readonly text: string },
): Promise<string | undefined> {
  try {
    await server.askAlone(statement)
    return undefined
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    return typeof code === 'string' ? code : 'no code'
  }
}

/** Takes the statement away from the process of the server that happens to answer. */
async function deallocate(server: LiveServer, name: string): Promise<void> {
  try {
    // One round trip, so that a pooler cannot change processes in between.
    await server.askAlone({
      text: `DO $$ BEGIN IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = '${name}') THEN EXECUTE 'DEALLOCATE ${name}'; END IF; END $$`,
    })
  } catch {
    // It ends with the connection of the pooler to the server.
  }
}
