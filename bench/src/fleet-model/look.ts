import type { Member } from './member.ts'
import type { Connection } from './pool.ts'
import type { Sight } from './server.ts'
import { go, type Steps } from './steps.ts'

const BUSY_MS = 500
const LONGEST_BUSY_MS = 4_000
const EXTRA = 3

/**
 * Looks at the fleet, and gives connections back or opens some, as `fleet-look.ts` does: `fed` where it
 * got a slot for everything that it wanted, `growing` where there may be more as soon as what was
 * opened is in use.
 */
export function* look(member: Member): Steps<'fed' | 'growing' | 'hungry'> {
  const { pool, cap, world } = member
  const { server, strategy } = world
  const connection = yield* borrow(member)
  const { session } = connection
  const seen = yield* member.ask(session, () => server.look(session))
  if (seen === undefined || strategy.policy === undefined) {
    pool.close(connection)
    return 'hungry'
  }
  member.see(seen)
  const need = {
    waiting: pool.waiting,
    cap,
    isIdle: pool.isIdle,
    heldMs: member.now - connection.heldSince,
  }
  const { giveBack, reserve } = strategy.policy.decide(seen.view, need)
  pool.owed = giveBack
  if (giveBack > 0) {
    if (giveBack >= seen.view.own && !need.isIdle) member.entry.rest()
    pool.owed--
    pool.closeIdle(giveBack - 1)
    pool.close(connection)
    return 'hungry'
  }
  if (pool.isIdle && pool.idleLeftMs <= 0) {
    pool.close(connection)
    return 'hungry'
  }
  const wanted = Math.min(need.waiting, cap - seen.view.own)
  const count = Math.min(reserve, Math.max(1, seen.view.own))
  const opened = yield* grow(member, connection, seen, count)
  pool.release(connection)
  if (opened >= wanted) return 'fed'
  return opened > 0 && reserve > count ? 'growing' : 'hungry'
}

/** Takes one of the open connections. Where all are busy for long, one more may be opened. */
function* borrow(member: Member): Steps<Connection> {
  const { pool, link, cap } = member
  let borrowed: Connection | undefined
  let taken: () => void = () => {}
  pool.borrow((connection) => {
    borrowed = connection
    taken()
  })
  for (let patienceMs = BUSY_MS; ; patienceMs = Math.min(2 * patienceMs, LONGEST_BUSY_MS)) {
    if (borrowed === undefined) {
      yield (goOn) => {
        const timer = link.later(patienceMs, goOn)
        taken = () => {
          timer.cancel()
          taken = () => {}
          goOn()
        }
      }
    }
    // It is set when it is taken, which may be at any wait.
    const had: Connection | undefined = borrowed
    if (had !== undefined) return had
    taken = () => {}
    if (pool.waiting > 0 && pool.total < cap) yield* member.entry.beside()
  }
}

/** Opens connections under reservations that the connection in hand holds. */
function* grow(member: Member, connection: Connection, seen: Sight, count: number): Steps<number> {
  const { server } = member.world
  const { session } = connection
  if (count <= 0) return 0
  const free = seen.freeSlots.slice(0, count + EXTRA)
  const slots = (yield* member.ask(session, () => server.reserve(session, free, count))) ?? []
  if (slots.length === 0) return 0
  yield (goOn) => {
    let left = slots.length
    const opened = (): void => {
      if (--left === 0) goOn()
    }
    for (const slot of slots) go(open(member, slot, connection, opened))
  }
  yield* member.ask(session, () => server.unreserve(session, slots))
  return slots.length
}

function* open(member: Member, slot: number, by: Connection, opened: () => void): Steps {
  const { pool, world } = member
  const session = yield* member.open(false)
  if (typeof session !== 'string') {
    const connection = pool.add(session)
    const isIn = yield* member.ask(session, () => world.server.setUp(session, slot, by.session))
    if (isIn === true) pool.release(connection)
    else pool.close(connection)
  }
  opened()
}
