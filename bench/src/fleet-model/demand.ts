import type { Random } from '../codemod/random.ts'
import type { Member } from './member.ts'
import type { Outcome } from './pool.ts'

/** What the callers in one process do. */
export interface Demand {
  /** Half of the statements take less than this, in milliseconds. */
  readonly ms: number
  /** Callers that ask again as soon as they are answered. */
  readonly callers?: number
  /** Calls a second that come whether others are answered or not. */
  readonly perSecond?: number
  /** When the calls come: for so long, and then not for so long, in milliseconds. */
  readonly bursts?: readonly [onMs: number, offMs: number]
}

/** What became of the calls of one member. */
export class Tally {
  readonly counts: Record<Outcome, number> = { served: 0, late: 0, lost: 0, refused: 0 }
  asked = 0
  /** How long the served ones were worked on, in milliseconds. */
  servedMs = 0
  /** How long some of them waited before that, in milliseconds. */
  readonly waitsMs: number[] = []
  /** The tenths of seconds in which one was served. */
  readonly #servedIn = new Set<number>()

  note(outcome: Outcome, now: number, ms: number, waitMs: number | undefined): void {
    this.counts[outcome]++
    if (outcome !== 'served') return
    this.servedMs += ms
    this.#servedIn.add(Math.floor(now / 100))
    if (waitMs !== undefined) this.waitsMs.push(waitMs)
  }

  /** When the first call after a time was served, to a tenth of a second; `most` if none was. */
  firstServedSince(ms: number, most: number): number {
    for (let tenth = Math.ceil(ms / 100); tenth * 100 < most; tenth++) {
      if (this.#servedIn.has(tenth)) return tenth * 100
    }
    return most
  }
}

/** Lets the callers of a process call until it ends. */
export function callOn(member: Member, demand: Demand, random: Random, tally: Tally): void {
  const { link, pool } = member
  const call = (answered: (outcome: Outcome) => void): void => {
    const ms = random.logNormal(demand.ms, 0.7)
    const askedAt = member.now
    // One of some is enough to know how waits are spread.
    const isSample = tally.asked++ % 20 === 0
    pool.submit({
      ms,
      done: (outcome) => {
        const waitMs = isSample ? member.now - askedAt - ms : undefined
        tally.note(outcome, member.now, ms, waitMs)
        answered(outcome)
      },
    })
  }
  const again = (outcome: Outcome): void => {
    if (outcome === 'served') call(again)
    else link.later(1_000 * random.next(), () => call(again))
  }
  for (let caller = 0; caller < (demand.callers ?? 0); caller++) call(again)
  const { perSecond, bursts = [Infinity, 0] } = demand
  if (perSecond === undefined) return
  const [onMs, offMs] = bursts
  let leftMs = onMs * (onMs === Infinity ? 1 : random.next())
  const next = (): void => {
    const gapMs = (-Math.log(1 - random.next()) * 1_000) / perSecond
    leftMs -= gapMs
    const pauseMs = leftMs > 0 ? 0 : -Math.log(1 - random.next()) * offMs
    if (leftMs <= 0) leftMs = -Math.log(1 - random.next()) * onMs
    link.later(gapMs + pauseMs, () => {
      call(() => {})
      next()
    })
  }
  next()
}
