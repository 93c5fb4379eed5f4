import { GROWS_EVERY_MS } from '../../../packages/client/src/fleet-policy.ts'
import type { Random } from '../codemod/random.ts'
import type { Assumptions } from './assumptions.ts'
import { Entry } from './entry.ts'
import { Link } from './link.ts'
import { look } from './look.ts'
import { Pool } from './pool.ts'
import type { Server, Session, Sight } from './server.ts'
import { go, type Steps, type Wait } from './steps.ts'
import type { Strategy } from './strategy.ts'

/** What the members of one run have in common. */
export interface World {
  readonly server: Server
  readonly random: Random
  readonly assumed: Assumptions
  readonly strategy: Strategy
  readonly budget: number
  readonly processes: number
}

/** A process of the fleet: a pool, and what makes it grow and shrink. */
export class Member {
  readonly id: number
  readonly cap: number
  readonly link: Link
  readonly pool: Pool
  readonly world: World
  readonly entry: Entry
  readonly startedAt: number
  seen: Sight | undefined
  #isLooking = false
  #growsAt = 0
  #timer: { cancel(): void } | undefined

  constructor(id: number, cap: number, world: World) {
    const { server, assumed, strategy, budget, processes } = world
    this.id = id
    this.cap = Math.min(cap, strategy.max(cap, budget, processes))
    this.world = world
    this.startedAt = server.now
    this.link = new Link(server, assumed.roundTripMs)
    this.pool = new Pool(this.link, server, assumed, () => this.changed())
    this.entry = new Entry(this)
  }

  get now(): number {
    return this.world.server.now
  }

  /** How many connections have a slot. */
  get size(): number {
    let count = 0
    for (const { session } of this.pool.open) if (session.slot !== undefined) count++
    return count
  }

  see(seen: Sight): void {
    const { strategy, assumed } = this.world
    this.seen = seen
    this.pool.idleTimeoutMs =
      strategy.policy?.idleTimeoutMs(seen.view, assumed.idleTimeoutMs) ?? assumed.idleTimeoutMs
  }

  /** Does what there is to do when somebody asks for a connection, or one has come or gone. */
  changed(): void {
    const { pool } = this
    const hasPolicy = this.world.strategy.policy !== undefined
    if (this.link.isDead) return
    if (hasPolicy && this.#timer === undefined && !this.#isLooking) this.#lookLater()
    if (pool.waiting <= pool.idle || pool.total >= this.cap) return
    if (!hasPolicy) {
      const missing = Math.min(pool.waiting - pool.opening, this.cap - pool.total)
      for (let count = 0; count < missing; count++) go(this.#openBlindly())
    } else if (this.size === 0) this.entry.begin()
    else if (this.now >= this.#growsAt) this.#lookNow()
  }

  /** Opens a connection; a refusal or nothing where there is none. */
  *open(isEntering: boolean): Steps<Session | 'refused' | 'down'> {
    const { server, random, assumed } = this.world
    let result: Session | 'refused' | 'down' = 'down'
    this.pool.opening++
    // A server that cannot be reached costs the whole timeout.
    yield this.#later(
      this.link.isCut ? assumed.acquireTimeoutMs : random.logNormal(assumed.connectMs, 0.5),
    )
    if (!this.link.isCut) {
      result = server.connect(this.id, isEntering)
      yield (goOn) => this.link.reply(goOn)
    }
    this.pool.opening--
    return result
  }

  /** Asks the server on a session; `undefined` where that has ended, or does not answer in time. */
  *ask<Answer>(session: Session, ask: () => Answer): Steps<Answer | undefined> {
    const { assumed, server } = this.world
    let answer: Answer | undefined
    yield (goOn) => {
      let isOver = false
      const end = (): void => {
        if (isOver) return
        isOver = true
        timer.cancel()
        goOn()
      }
      const timer = this.link.later(assumed.silenceMs, end)
      this.link.send(() => {
        session.idleSince = server.now
        if (session.isOpen) answer = ask()
        this.link.reply(end)
      })
    }
    return answer
  }

  *pause(ms: number): Steps {
    yield this.#later(ms)
  }

  /** Dies without a goodbye. The server ends its sessions when it has done their statements. */
  kill(): void {
    this.link.isDead = true
    const { server, random } = this.world
    for (const session of server.sessions) {
      if (session.member === this.id) server.after(50 * random.next(), () => server.end(session))
    }
  }

  #later(ms: number): Wait {
    return (goOn) => void this.link.later(ms, goOn)
  }

  #lookNow(): void {
    this.#cancel()
    if (this.#isLooking || this.size === 0) return
    this.#isLooking = true
    go(this.#lookOnce())
  }

  *#lookOnce(): Steps {
    const looked = yield* look(this)
    this.#isLooking = false
    const lookMs = this.#lookLater(looked === 'growing' ? GROWS_EVERY_MS : Infinity)
    this.#growsAt = looked === 'fed' ? 0 : this.now + lookMs
    this.changed()
  }

  /** Looks again in time, which is returned. */
  #lookLater(mostMs = Infinity): number {
    this.#cancel()
    const { pool, world, seen } = this
    const { policy } = world.strategy
    if (seen === undefined || policy === undefined || this.size === 0) return 0
    const need = { waiting: pool.waiting, cap: this.cap }
    const calmMs = Math.min(mostMs, policy.nextLookMs(seen.view, need))
    const lookMs = calmMs * (0.75 + world.random.next() / 2)
    const idleMs = pool.isIdle ? Math.max(1, pool.idleLeftMs) : lookMs
    this.#timer = this.link.later(Math.min(lookMs, idleMs), () => this.#lookNow())
    return lookMs
  }

  #cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  *#openBlindly(): Steps {
    const session = yield* this.open(false)
    if (typeof session === 'string') {
      // The pool fails the caller that it opens a connection for.
      this.pool.fail(session === 'down' ? 'lost' : 'refused', 1)
      this.changed()
    } else {
      this.pool.release(this.pool.add(session))
    }
  }
}
