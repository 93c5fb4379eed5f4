import type { Gap, GapCode } from '../gap.ts'
import type { ServerFacts } from '../server/server-sample.ts'
import type { DatabaseWork, StatementWork } from '../server/server-work.ts'
import type { Spread } from '../spread.ts'
import type { Window } from '../window.ts'

/** A line of a recording. Lines are only ever appended, by whoever has something to tell. */
export type RecordedLine =
  | RecordingHeader
  | RecordedWindow
  | RecordedGap
  | RecordedMark
  | RecordingEnd

/** Of the shape of all lines; a greater one is of a later version of this program. */
export const RECORDING_VERSION = 1

/** What begins a recording, and what goes on with one. */
export interface RecordingHeader {
  readonly type: 'header'
  readonly format: 'oneprisma-monitor'
  readonly version: typeof RECORDING_VERSION
  /** All times are in milliseconds of the epoch. */
  readonly startedAt: number
  readonly windowMs: number
  readonly intervalMs: number
  readonly measures: Measures
  /** Undefined where no server was asked. */
  readonly server?: ServerFacts
  readonly blind: readonly BlindSpot[]
}

/** What the figures are of. Recordings that differ in it cannot be compared. */
export interface Measures {
  /** `apps`: as their pools tell. */
  readonly connections: 'server' | 'apps' | 'none'
  /** Which connections count. */
  readonly app?: string
  /** `server`: transactions in place of operations, without latencies. */
  readonly operations: 'apps' | 'server' | 'none'
  readonly histogram?: string
  /** By what arms are told apart. */
  readonly by?: string
}

/** What cannot be seen, and what would help. */
export interface BlindSpot {
  readonly code: BlindSpotCode
  readonly message: string
}

export type BlindSpotCode =
  | 'NO_SERVER'
  | 'NO_METRICS'
  | 'STATES_HIDDEN'
  | 'NO_STATEMENTS'
  | 'POOLED'
  | 'ARMS_BY_LABEL'

/** A window of one arm, with what a report shows beside the figures that are compared. */
export interface RecordedWindow extends Window {
  readonly type: 'window'
  /** Between which bounds the quantiles lie for sure, in milliseconds; `null` is no upper bound. */
  readonly buckets?: Readonly<Record<'p50' | 'p95' | 'p99', readonly [number, number | null]>>
  /** How many processes the figures are sums of, as far as it can be told. */
  readonly processes?: { readonly connections?: number; readonly operations?: number }
  /** Connections by app and release. */
  readonly groups?: Readonly<Record<string, Spread>>
  readonly pool?: RecordedPool
  /** Of all that the server does, whatever arm it is for. */
  readonly server?: RecordedServer
  readonly gaps?: readonly Gap[]
}

export interface RecordedPool {
  /** Callers that wait for a connection. */
  readonly waiting?: Spread
  readonly timeouts?: number
  readonly waitMeanMs?: number
  /** Connections that were opened. */
  readonly opened?: number
  /** The most connections that the pools may open. */
  readonly max?: number
}

export interface RecordedServer {
  readonly samples: number
  readonly active?: Spread
  readonly inTransaction?: Spread
  readonly database?: DatabaseWork
  readonly statements?: StatementWork
}

/** A time without a window. */
export interface RecordedGap {
  readonly type: 'gap'
  readonly startedAt: number
  readonly durationMs: number
  readonly code: GapCode
  readonly message: string
}

/** A moment that a report shows. */
export interface RecordedMark {
  readonly type: 'mark'
  readonly at: number
  readonly text: string
  /** Seen by the monitor, and not told to it. */
  readonly isFound?: true
}

export interface RecordingEnd {
  readonly type: 'end'
  readonly at: number
  readonly reason: 'duration' | 'signal'
}
