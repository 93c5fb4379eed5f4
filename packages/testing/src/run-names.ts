import { randomInt } from 'node:crypto'

// Both halves of an advisory lock's key: what it is about, and which run.
const LOCK_CLASS = 1_330_663_013
const PREFIX = 'oneprisma_test_'
const ID_DIGITS = 7

/**
 * A run of tests, as its databases name it. It is alive as long as some connection to the server holds
 * a lock with its number, so that a run on another machine is seen as well.
 */
export interface RunName {
  readonly id: number
  /** What the names of all its databases begin with. */
  readonly prefix: string
}

export function newRun(): RunName {
  return runOf(randomInt(2 ** (4 * ID_DIGITS)))
}

export function runOf(id: number): RunName {
  return { id, prefix: `${PREFIX}${id.toString(16).padStart(ID_DIGITS, '0')}_` }
}

/** Reads a run out of the name of a database: `undefined` where it is none of ours. */
export function runOfDatabase(name: string): RunName | undefined {
  const [, digits] = new RegExp(`^${PREFIX}([0-9a-f]{${ID_DIGITS}})_`).exec(name) ?? []
  return digits === undefined ? undefined : runOf(Number.parseInt(digits, 16))
}

/** The two keys of the lock that says that a run is alive. */
export function aliveKeys(run: RunName): [number, number] {
  return [LOCK_CLASS, run.id]
}

/** The name that the databases kept after a failed test begin with. */
export function keptPrefixOf({ prefix }: RunName): string {
  return `${prefix}failed_`
}

/** The connection string of another database on the same server, with the same parameters. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
