import { parseApplicationName } from '../application-name.ts'
import { isFailure, type Failure, type Gap } from '../gap.ts'
import { spreadOf, type Spread } from '../spread.ts'
import {
  databaseWork,
  statementWork,
  type DatabaseWork,
  type StatementWork,
} from './server-work.ts'
import type { ServerSample, Sessions } from './server-sample.ts'

/** What the server was seen to do in a window. */
export interface ServerWork {
  readonly arms: ReadonlyMap<string, ServerArm>
  readonly samples: number
  /** Connections that run a statement, and that are in a transaction and do not. */
  readonly active: Spread | undefined
  readonly inTransaction: Spread | undefined
  readonly database: DatabaseWork | undefined
  readonly statements: StatementWork | undefined
  readonly gaps: readonly Gap[]
}

export interface ServerArm {
  readonly connections: Spread
  /** Processes with a connection; undefined where their names do not tell them apart. */
  readonly processes: Spread | undefined
  /** Connections by app and release. */
  readonly groups: ReadonlyMap<string, Spread>
}

/** Which arm a connection is in, by its `application_name`; undefined for none. */
export type ArmOf = (applicationName: string) => string | undefined

// Names come from elsewhere: what comes after these is told of as others.
const MOST_GROUPS = 20
const OTHERS = 'others'
const NAMELESS = '(no name)'

/** Adds up samples of the server, window by window. */
export class ServerWindow {
  readonly #armOf: ArmOf
  #last: ServerSample | undefined
  #first: ServerSample | undefined
  #samples: ServerSample[] = []
  #asked = 0
  #failures = new Map<string, Failure>()
  // All that were seen in this recording, so that having no connection is a zero.
  readonly #arms: Set<string>

  /** `arms` are those that there are without a connection of theirs. */
  constructor(armOf: ArmOf, arms: readonly string[]) {
    this.#armOf = armOf
    this.#arms = new Set(arms)
  }

  take(answer: ServerSample | Failure): void {
    this.#asked++
    if (isFailure(answer)) {
      this.#failures.set(answer.code, answer)
      this.#last = undefined
      return
    }
    this.#samples.push(answer)
    this.#last = answer
    for (const { name } of answer.sessions) {
      const arm = this.#armOf(name)
      if (arm !== undefined) this.#arms.add(arm)
    }
  }

  /** Ends a window with the sample that was taken last, and begins the next with it. */
  end(): ServerWork {
    const first = this.#first
    const last = this.#last
    const work: ServerWork = {
      // The greatest of too few samples is not the greatest.
      arms: this.#samples.length * 2 < this.#asked ? new Map() : this.#byArm(),
      samples: this.#samples.length,
      active: this.#spread(({ active }) => active),
      inTransaction: this.#spread(({ inTransaction }) => inTransaction),
      // Each sample is a transaction too.
      database: first && last && databaseWork(first, last, this.#samples.length),
      statements: first && last && statementWork(first, last),
      gaps: [...this.#failures.values(), ...remarks(first, last)].map((failure) => ({
        source: 'server',
        ...failure,
      })),
    }
    this.begin()
    return work
  }

  begin(): void {
    this.#first = this.#last
    this.#samples = []
    this.#asked = 0
    this.#failures = new Map()
  }

  #byArm(): Map<string, ServerArm> {
    return new Map([...this.#arms].map((arm) => [arm, this.#armFrom(arm)]))
  }

  #armFrom(arm: string): ServerArm {
    const samples = this.#samples.map(({ sessions }) =>
      sessions.filter(({ name }) => this.#armOf(name) === arm),
    )
    const names = samples.flat().map(({ name }) => parseApplicationName(name))
    const none = { mean: 0, max: 0 }
    return {
      connections: spreadOf(samples.map(connectionsIn)) ?? none,
      processes: names.every(({ hasProcess }) => hasProcess)
        ? spreadOf(samples.map(({ length }) => length))
        : undefined,
      groups: groupsIn(samples),
    }
  }

  /** Undefined where some of the connections do not show what they do. */
  #spread(read: (sessions: Sessions) => number): Spread | undefined {
    const isHidden = this.#samples.some((each) => each.sessions.some(({ hidden }) => hidden > 0))
    if (isHidden) return undefined
    return spreadOf(
      this.#samples.map(({ sessions }) => sessions.reduce((sum, each) => sum + read(each), 0)),
    )
  }
}

function remarks(first: ServerSample | undefined, last: ServerSample | undefined): Failure[] {
  if (first === undefined || last === undefined) return []
  if (Math.abs(first.startedAt - last.startedAt) > 1) {
    return [{ code: 'SERVER_RESTARTED', message: 'it was started anew' }]
  }
  if (first.database.stats_reset === last.database.stats_reset) return []
  return [{ code: 'STATISTICS_RESET', message: 'its statistics were reset' }]
}

function groupsIn(samples: ReadonlyArray<readonly Sessions[]>): Map<string, Spread> {
  const counts = new Map<string, number[]>()
  for (const [at, sessions] of samples.entries()) {
    for (const { name, connections } of sessions) {
      const group = parseApplicationName(name).group || NAMELESS
      const key = counts.has(group) || counts.size < MOST_GROUPS ? group : OTHERS
      const own = counts.get(key) ?? samples.map(() => 0)
      own[at] = (own[at] ?? 0) + connections
      counts.set(key, own)
    }
  }
  return new Map(
    [...counts].flatMap(([group, own]) => {
      const spread = spreadOf(own)
      return spread === undefined ? [] : [[group, spread] as const]
    }),
  )
}

function connectionsIn(sessions: readonly Sessions[]): number {
  return sessions.reduce((sum, { connections }) => sum + connections, 0)
}
