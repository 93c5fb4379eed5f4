/** What the model takes for given. Times in milliseconds. */
export interface Assumptions {
  readonly roundTripMs: number
  /** Half of the connections are opened faster than this. */
  readonly connectMs: number
  /** How long a caller waits for a connection. */
  readonly acquireTimeoutMs: number
  /** When a connection that nobody uses is closed by its process. */
  readonly idleTimeoutMs: number
  /** When the server ends a session that says nothing: `idle_session_timeout`. */
  readonly idleSessionMs: number
  /** When a process gives up a statement of the fleet that is not answered. */
  readonly silenceMs: number
  /** How often the member at the door looks for a slot, give or take a half. */
  readonly doorMs: number
  /** How long one that gave its last connection to another keeps away. */
  readonly restMs: number
  /** Where the statement that looks waits while all connections are busy. */
  readonly looksAt: 'front' | 'tail'
}

export const ASSUMED: Assumptions = {
  roundTripMs: 1,
  connectMs: 12,
  acquireTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  idleSessionMs: 30_000,
  silenceMs: 5_000,
  doorMs: 75,
  restMs: 750,
  looksAt: 'front',
}
