import type { ErrorClass } from '@oneprisma/client/retry'

/** The clients that are put to the same faults. */
export const VARIANTS = ['oneprisma', 'bare client'] as const
export type Variant = (typeof VARIANTS)[number]

/** How a subject builds its client. */
export interface SubjectSettings {
  readonly variant: Variant
  readonly url: string
  /** The file of the generated client. */
  readonly generated: string
  readonly applicationName: string
  readonly max: number
  /** How long a call of ours may wait for a connection, in milliseconds. */
  readonly acquireTimeoutMs: number
  /** How long a query of ours may take, in milliseconds. */
  readonly queryTimeoutMs: number
  /** How long after its start a statement of ours may be tried again, in milliseconds. */
  readonly retryDeadlineMs: number
  /** Further settings of the pool of the bare client. */
  readonly barePool?: object
  /** When a call of either counts as hung, in milliseconds. */
  readonly hungAfterMs: number
}

/** One thing that a subject is asked to do with its client. */
export type Call =
  | { readonly do: 'read' }
  | { readonly do: 'write'; readonly token: string }
  /** Two writes in an interactive transaction, with a statement of `sleepMs` between them. */
  | {
      readonly do: 'transaction'
      readonly token: string
      readonly sleepMs?: number
      readonly timeoutMs?: number
    }
  | { readonly do: 'sleep'; readonly sleepMs: number }
  /** An interactive transaction whose function never settles. */
  | { readonly do: 'leak'; readonly timeoutMs: number }
  /** Changes two users in a transaction, one after the other. */
  | {
      readonly do: 'updateTwo'
      readonly first: number
      readonly second: number
      readonly lockTimeoutMs?: number
    }
  /** Starts a transaction, and keeps the event loop busy while it starts. */
  | { readonly do: 'stall'; readonly token: string; readonly stallMs: number }
  /** Evaluates the shared module so many times more, and reads through each copy. */
  | { readonly do: 'evaluate'; readonly times: number }
  /** Reads in so many worker threads at once. */
  | { readonly do: 'threads'; readonly count: number }
  /** Builds a client on a pool of another copy of pg, found in this folder, and reads. */
  | { readonly do: 'foreignPool'; readonly folder: string }
  | { readonly do: 'close' }
  | { readonly do: 'pid' }

/** What came of a call. */
export interface Outcome {
  readonly call: Call
  /** When it was made, in milliseconds since 1970. */
  readonly at: number
  readonly ms: number
  readonly error?: ErrorClass & { readonly message: string }
  readonly isHung: boolean
  readonly value?: unknown
}

/** A load at a fixed rate: calls are made when they are due, whatever became of those before. */
export interface Load {
  readonly readsPerSecond: number
  readonly writesPerSecond: number
  readonly seconds: number
  /** What the tokens of its writes begin with. */
  readonly prefix: string
}

/** What a subject is told. */
export type Request =
  | { readonly no: number; readonly call: Call }
  | { readonly no: number; readonly load: Load }

/** What it answers: every step at once, for it may not live to see the last. */
export type Answer =
  | { readonly no: number; readonly started: Call }
  | { readonly no: number; readonly outcome: Outcome }
  | { readonly no: number; readonly isDone: true }
