import type { Assumptions } from './assumptions.ts'
import type { Link } from './link.ts'
import type { Server, Session } from './server.ts'

export type Outcome = 'served' | 'late' | 'lost' | 'refused'

/** A statement of the application. */
export interface Call {
  /** How long the server works on it. */
  readonly ms: number
  readonly done: (outcome: Outcome) => void
}

export interface Connection {
  readonly session: Session
  /** Since when it has a slot. */
  heldSince: number
  call: Call | undefined
  idleTimer: { cancel(): void } | undefined
}

/** Somebody in the queue of the pool: a call, or the fleet itself, which takes a connection into its hand. */
interface Waiting {
  readonly call: Call | undefined
  readonly take: (connection: Connection) => void
  readonly timer: { cancel(): void } | undefined
}

/** A pool like that of pg: callers wait in a queue, and the connection that was used last is used next. */
export class Pool {
  readonly open = new Set<Connection>()
  /** Connections that are being opened. */
  opening = 0
  /** How many connections are to be closed as soon as they come back. */
  owed = 0
  givenBack = 0
  idleTimeoutMs: number
  readonly #link: Link
  readonly #server: Server
  readonly #assumed: Assumptions
  /** Called when somebody asks for a connection, or one has come back or was closed. */
  readonly #changed: () => void
  readonly #idle: Connection[] = []
  #queue: Waiting[] = []
  #inHand = 0
  #usedAt = 0

  constructor(link: Link, server: Server, assumed: Assumptions, changed: () => void) {
    this.#link = link
    this.#server = server
    this.#assumed = assumed
    this.idleTimeoutMs = assumed.idleTimeoutMs
    this.#changed = changed
  }

  get total(): number {
    return this.open.size + this.opening
  }

  get idle(): number {
    return this.#idle.length
  }

  /** Callers that wait. */
  get waiting(): number {
    let count = 0
    for (const { call } of this.#queue) if (call !== undefined) count++
    return count
  }

  /** Whether nobody uses or wants a connection; those in the hand of the fleet do not count. */
  get isIdle(): boolean {
    return this.open.size - this.#idle.length - this.#inHand <= 0 && this.waiting === 0
  }

  /** How long that will have to go on until it is too long. */
  get idleLeftMs(): number {
    return this.#usedAt + this.idleTimeoutMs - this.#server.now
  }

  submit(call: Call): void {
    const timer =
      this.idle > 0
        ? undefined
        : this.#link.later(this.#assumed.acquireTimeoutMs, () => this.#giveUp(call))
    this.#queue.push({ call, take: (connection) => this.#run(connection, call), timer })
    this.#pulse()
    this.#changed()
  }

  /** Takes a connection into the hand of the fleet. Opens none. */
  borrow(taken: (connection: Connection) => void): void {
    const waiting: Waiting = {
      call: undefined,
      take: (connection) => {
        this.#inHand++
        taken(connection)
      },
      timer: undefined,
    }
    if (this.#assumed.looksAt === 'front') this.#queue.unshift(waiting)
    else this.#queue.push(waiting)
    this.#pulse()
  }

  /** Puts a new connection into the hand of the fleet. */
  add(session: Session): Connection {
    const connection: Connection = {
      session,
      heldSince: this.#server.now,
      call: undefined,
      idleTimer: undefined,
    }
    this.open.add(connection)
    this.#inHand++
    session.ended = () => this.#link.reply(() => this.#lose(connection))
    return connection
  }

  /** Gives a connection back out of the hand of the fleet. */
  release(connection: Connection): void {
    this.#inHand--
    if (!this.open.has(connection)) return
    if (connection.session.isOpen) this.#rest(connection)
    else this.#lose(connection)
  }

  /** Closes a connection that is in the hand of the fleet. */
  close(connection: Connection): void {
    this.#inHand--
    this.#end(connection)
  }

  /** Closes connections that nobody uses, so many at most. */
  closeIdle(most: number): void {
    for (let left = Math.min(most, this.idle); left > 0; left--) {
      const connection = this.#idle.pop()
      if (connection === undefined) return
      this.#pay()
      this.#end(connection)
    }
  }

  /** Fails everybody who waits, or the first of them. */
  fail(outcome: Outcome, most = Infinity): void {
    const calls = this.#queue.flatMap(({ call }) => (call === undefined ? [] : [call]))
    const failed = new Set(calls.slice(0, most))
    for (const { call, timer } of this.#queue) if (call && failed.has(call)) timer?.cancel()
    this.#queue = this.#queue.filter(({ call }) => call === undefined || !failed.has(call))
    for (const call of failed) call.done(outcome)
  }

  #pulse(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const connection = this.#idle.pop()
      const next = this.#queue.shift()
      if (connection === undefined || next === undefined) return
      next.timer?.cancel()
      connection.idleTimer?.cancel()
      next.take(connection)
    }
  }

  #run(connection: Connection, call: Call): void {
    const { session } = connection
    connection.call = call
    this.#link.send(() => {
      session.idleSince = undefined
      // The server goes on with it, whatever becomes of the process.
      this.#server.after(call.ms, () => {
        session.idleSince = this.#server.now
        this.#link.reply(() => this.#answered(connection, call))
      })
    })
  }

  #answered(connection: Connection, call: Call): void {
    if (connection.call !== call) return
    connection.call = undefined
    this.#usedAt = this.#server.now
    if (this.owed > 0) {
      this.#pay()
      this.#end(connection)
    } else this.#rest(connection)
    call.done('served')
    if (this.#queue.length > 0) this.#changed()
  }

  #pay(): void {
    this.owed = Math.max(0, this.owed - 1)
    this.givenBack++
  }

  #rest(connection: Connection): void {
    connection.idleTimer = this.#link.later(this.idleTimeoutMs, () => {
      this.#idle.splice(this.#idle.indexOf(connection), 1)
      this.#end(connection)
    })
    this.#idle.push(connection)
    this.#pulse()
  }

  #end(connection: Connection): void {
    connection.idleTimer?.cancel()
    this.open.delete(connection)
    this.#link.send(() => this.#server.end(connection.session))
    this.#changed()
  }

  /** The server has ended a session. */
  #lose(connection: Connection): void {
    if (!this.open.delete(connection)) return
    connection.idleTimer?.cancel()
    const place = this.#idle.indexOf(connection)
    if (place >= 0) this.#idle.splice(place, 1)
    const { call } = connection
    connection.call = undefined
    call?.done('lost')
    this.#changed()
  }

  #giveUp(call: Call): void {
    const before = this.#queue.length
    this.#queue = this.#queue.filter((one) => one.call !== call)
    if (this.#queue.length < before) call.done('late')
  }
}
