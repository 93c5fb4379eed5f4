import type { FleetKeys } from './fleet-keys.ts'
import { settlesWithin } from './timeout.ts'

/** A connection of pg to ask on. */
export interface FleetConnection {
  /** The process id that the server announced. */
  readonly processID?: unknown
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>
}

/** What the server tells of a fleet. */
export interface Sighting {
  /** Slots that a connection has. */
  readonly slots: readonly number[]
  /** Slots that are reserved for a connection which is about to be opened. */
  readonly reserved: readonly number[]
  /** The numbers of connections of all members. */
  readonly members: readonly number[]
  /** The server processes of this member's connections that have a slot. */
  readonly own: readonly number[]
  /** Whether somebody waits for the next slot that becomes free. */
  readonly isDoorTaken: boolean
}

/** What became of a new connection. `pooled`: something is in between, and locks mean nothing. */
export type SetUp = 'in' | 'out' | 'pooled'

/** What a member is known by, and what the server is told of its connections. */
export interface LockSettings {
  readonly keys: FleetKeys
  readonly member: number
  readonly sessionTimeoutMs: number
  readonly transactionTimeoutMs: number
}

/**
 * The code of the error of a server that does not answer.
 *
 * @internal
 */
export const SILENCE = 'FLEET_SILENCE'

// A statement of these takes a millisecond.
const TIMEOUT_MS = 5_000

// Everything is read as text, whatever parsers of types the application has set. A timeout that the
// server, the database or the role sets stays.
const SET_UP = `
  SELECT direct::text AS direct,
    CASE WHEN direct THEN pg_catalog.pg_try_advisory_lock_shared($2::int4, $3::int4)::text END AS member,
    CASE WHEN direct AND $5::int4 IS NOT NULL
      THEN pg_catalog.pg_try_advisory_lock($4::int4, $5::int4)::text END AS slot,
    CASE WHEN direct AND pg_catalog.current_setting('idle_session_timeout', true) = '0'
      THEN pg_catalog.set_config('idle_session_timeout', $6::text, false) END AS session,
    CASE WHEN direct AND pg_catalog.current_setting('idle_in_transaction_session_timeout', true) = '0'
      THEN pg_catalog.set_config('idle_in_transaction_session_timeout', $7::text, false) END AS transaction
  FROM (SELECT pg_catalog.pg_backend_pid() = $1::int4 AS direct) AS path`

const LOOK = `
  WITH held AS (
    SELECT classid::int8 AS class, objid::int8 AS object, pid
    FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND classid::int8 IN ($1::int8, $2::int8, $3::int8, $4::int8)
      AND database = (
        SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
      )
  )
  SELECT
    (SELECT string_agg(object::text, ',') FROM held WHERE class = $1::int8) AS slots,
    (SELECT string_agg(object::text, ',') FROM held WHERE class = $2::int8) AS reserved,
    (SELECT string_agg(connections::text, ',') FROM (
      SELECT count(*) AS connections FROM held WHERE class = $3::int8 GROUP BY object
    ) AS member) AS members,
    (SELECT string_agg(pid::text, ',') FROM held
      WHERE class = $3::int8 AND object = $5::int8
        AND pid IN (SELECT pid FROM held WHERE class = $1::int8)) AS own,
    (SELECT count(*)::text FROM held WHERE class = $4::int8) AS door`

// Nobody takes a slot that somebody else has reserved. A slot that is reserved and free stays free.
const CLAIM = `
  SELECT (CASE WHEN pg_catalog.pg_try_advisory_lock($2::int4, $3::int4) THEN
    CASE WHEN pg_catalog.pg_try_advisory_lock($1::int4, $3::int4)
      THEN pg_catalog.pg_advisory_unlock($2::int4, $3::int4)
      ELSE NOT pg_catalog.pg_advisory_unlock($2::int4, $3::int4) END
    ELSE false END)::text AS got`

// The limit stops the scan, so that no slot is tried after the last that was wanted.
const RESERVE = `
  SELECT slot::text AS slot FROM unnest($3::int4[]) AS wanted (slot)
  WHERE CASE WHEN pg_catalog.pg_try_advisory_lock($2::int4, slot) THEN
    CASE WHEN pg_catalog.pg_try_advisory_lock($1::int4, slot)
      THEN pg_catalog.pg_advisory_unlock($1::int4, slot)
      ELSE NOT pg_catalog.pg_advisory_unlock($2::int4, slot) END
    ELSE false END
  LIMIT $4::int8`

const UNRESERVE = `
  SELECT pg_catalog.pg_advisory_unlock($1::int4, slot)::text FROM unnest($2::int4[]) AS done (slot)`

const TAKE_DOOR = 'SELECT pg_catalog.pg_try_advisory_lock($1::int4, 0)::text AS got'
const LEAVE_DOOR = 'SELECT pg_catalog.pg_advisory_unlock($1::int4, 0)::text AS left'

/**
 * What a member does at the server, each time on a connection that it has in hand. All of it is
 * advisory locks of that connection's session, so that it ends with the connection, however that
 * ends; none of it waits for a lock.
 *
 * @internal
 */
export class FleetLocks {
  readonly #settings: LockSettings

  constructor(settings: LockSettings) {
    this.#settings = settings
  }

  /** Makes a new connection one of the fleet, with a slot that was reserved for it, if any. */
  async setUp(connection: FleetConnection, slot?: number): Promise<SetUp> {
    const { keys, member, sessionTimeoutMs, transactionTimeoutMs } = this.#settings
    const { processID } = connection
    if (typeof processID !== 'number') return 'pooled'
    const row = await ask(connection, SET_UP, [
      processID,
      keys.member,
      member,
      keys.slot,
      slot,
      String(sessionTimeoutMs),
      String(transactionTimeoutMs),
    ])
    if (row['direct'] !== 'true') return 'pooled'
    return row['slot'] === 'true' ? 'in' : 'out'
  }

  async look(connection: FleetConnection): Promise<Sighting> {
    const { keys, member } = this.#settings
    const row = await ask(connection, LOOK, [
      keys.slot,
      keys.reservation,
      keys.member,
      keys.door,
      member,
    ])
    return {
      slots: numbersIn(row['slots']),
      reserved: numbersIn(row['reserved']),
      members: numbersIn(row['members']),
      own: numbersIn(row['own']),
      isDoorTaken: row['door'] !== '0',
    }
  }

  /** Takes a slot for the connection itself. */
  async claim(connection: FleetConnection, slot: number): Promise<boolean> {
    const { keys } = this.#settings
    return (await ask(connection, CLAIM, [keys.slot, keys.reservation, slot]))['got'] === 'true'
  }

  /** Reserves so many of the slots for other connections, and returns those that it got. */
  async reserve(
    connection: FleetConnection,
    slots: readonly number[],
    count: number,
  ): Promise<number[]> {
    const { keys } = this.#settings
    const values = [keys.slot, keys.reservation, slots, count]
    const { rows } = await bounded(connection.query(RESERVE, values))
    return rows.map((row) => Number(row['slot']))
  }

  /** Ends the reservations, which the connections have taken by now, or never will. */
  async unreserve(connection: FleetConnection, slots: readonly number[]): Promise<void> {
    await bounded(connection.query(UNRESERVE, [this.#settings.keys.reservation, slots]))
  }

  /** Makes the connection the next to get a slot, if nobody is. */
  async takeDoor(connection: FleetConnection): Promise<boolean> {
    return (await ask(connection, TAKE_DOOR, [this.#settings.keys.door]))['got'] === 'true'
  }

  /** Lets another be the next. */
  async leaveDoor(connection: FleetConnection): Promise<void> {
    await ask(connection, LEAVE_DOOR, [this.#settings.keys.door])
  }
}

async function ask(
  connection: FleetConnection,
  text: string,
  values: readonly unknown[],
): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await bounded(connection.query(text, values))
  return rows[0] ?? {}
}

async function bounded<Result>(answer: Promise<Result>): Promise<Result> {
  if (!(await settlesWithin(answer, TIMEOUT_MS))) {
    const message = `The server has not answered a statement of the fleet for ${TIMEOUT_MS} ms.`
    throw Object.assign(new Error(message), { code: SILENCE })
  }
  return answer
}

function numbersIn(list: unknown): number[] {
  return typeof list === 'string' && list !== '' ? list.split(',').map(Number) : []
}
