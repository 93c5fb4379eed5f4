import { setTimeout as delay } from 'node:timers/promises'
import { atMost, exactly, limitedIf, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import { judge } from './oracle.ts'
import type { Outcome, SubjectSettings } from './protocol.ts'
import { connected, type FaultLab, type Rig } from './rig.ts'

/** A fault under load: what is done, how it heals, and what ours promises meanwhile. */
export interface LoadRow {
  readonly name: string
  readonly settings?: Partial<SubjectSettings>
  /** Prepares the server; returns further settings. */
  readonly prepare?: (lab: FaultLab) => Promise<Partial<SubjectSettings>>
  /** How long the fault lasts, in milliseconds. */
  readonly faultMs: number
  /** Makes it happen; returns what heals it. */
  readonly inject: (lab: FaultLab, rigs: readonly Rig[]) => Promise<() => unknown>
  /** Whether reads must not fail at all. */
  readonly readsSurvive: boolean
  /** Whether writes must not fail either. */
  readonly writesSurvive?: boolean
  /** How long after the healing the first answer may come, in milliseconds. */
  readonly recoveryMs: number
  /** How long any call may take, in milliseconds. */
  readonly callMs: number
  /**
   * How many connections a client may ask for in any second of the fault. One at a time asks for a
   * server that is away, and a pool has some to open when it is back.
   *
   * @default 12
   */
  readonly connectionsPerSecond?: number
}

const BEFORE_MS = 1_000
const AFTER_MS = 2_000

/** Runs both variants through a fault under load, and asks the oracle what became of their writes. */
export async function runLoadRow(lab: FaultLab, row: LoadRow): Promise<Bar[]> {
  const settings = { ...row.settings, ...(await row.prepare?.(lab)) }
  return lab.withRigs(settings, async (rigs) => {
    const seconds = Math.ceil((BEFORE_MS + row.faultMs + AFTER_MS) / 1_000)
    for (const { subject } of rigs) await subject.call({ do: 'read' })
    const loads = rigs.map((rig) =>
      rig.subject.carry({
        readsPerSecond: 40,
        writesPerSecond: 20,
        seconds,
        prefix: `${rig.name}-`,
      }),
    )
    await delay(BEFORE_MS)
    const failedAt = performance.now()
    const heal = await row.inject(lab, rigs)
    await delay(row.faultMs)
    await heal()
    const healed = { at: Date.now(), after: performance.now() }

    const bars: Bar[] = []
    for (const [index, rig] of rigs.entries()) {
      const { outcomes = [] } = (await loads[index]) ?? {}
      console.error(`  ${rig.variant}: ${summaryOf(outcomes)}`)
      const attempts = mostPerSecond(
        rig.proxy.accepted.filter((at) => at >= failedAt && at <= healed.after),
      )
      bars.push(...(await barsOf(lab, { row, rig, outcomes, healedAt: healed.at, attempts })))
    }
    return bars
  })
}

interface Measured {
  readonly row: LoadRow
  readonly rig: Rig
  readonly outcomes: readonly Outcome[]
  readonly healedAt: number
  readonly attempts: number
}

async function barsOf(
  lab: FaultLab,
  { row, rig, outcomes, healedAt, attempts }: Measured,
): Promise<Bar[]> {
  await using admin = await connected(lab.server.url)
  const verdict = await judge([admin.client], outcomes)
  const isOurs = rig.variant === 'oneprisma'
  const failed = (what: 'read' | 'write'): number =>
    outcomes.filter(({ call, error, isHung }) => call.do === what && (error || isHung)).length
  const recovered = Math.min(
    ...outcomes
      .filter(({ at, ms, error, isHung }) => !error && !isHung && at + ms >= healedAt)
      .map(({ at, ms }) => at + ms - healedAt),
  )
  const longest = Math.max(...outcomes.map(({ ms }) => ms))
  const limited = (bar: Bar): Bar => limitedIf(isOurs, bar)
  const name = (what: string): string => `${row.name}: ${what}`
  return [
    limited(exactly(name('process alive'), rig.variant, Number(rig.subject.isAlive), '', 1)),
    limitedIf(
      isOurs && row.readsSurvive,
      exactly(name('failed reads'), rig.variant, failed('read'), '', 0),
    ),
    limitedIf(
      isOurs && row.writesSurvive === true,
      exactly(name('failed writes'), rig.variant, failed('write'), '', 0),
    ),
    limited(exactly(name('writes lost'), rig.variant, verdict.lost, '', 0)),
    limited(exactly(name('writes doubled'), rig.variant, verdict.doubled, '', 0)),
    limited(exactly(name('failed writes found'), rig.variant, verdict.falselyFailed, '', 0)),
    limited(atMost(name('longest call'), rig.variant, rounded(longest, 0), 'ms', row.callMs)),
    limited(
      atMost(
        name('first answer after healing'),
        rig.variant,
        rounded(recovered, 0),
        'ms',
        row.recoveryMs,
      ),
    ),
    limited(
      atMost(
        name('connections a second, at most'),
        rig.variant,
        attempts,
        '',
        row.connectionsPerSecond ?? 12,
      ),
    ),
  ]
}

/** What became of the calls, counted: `ok ×180, connection_lost ×2 (Connection terminated)`. */
function summaryOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>()
  for (const { call, error, isHung } of outcomes) {
    const failure = error && `${call.do} ${error.kind} (${error.message.slice(0, 80)})`
    const name = isHung ? 'hung' : (failure ?? 'ok')
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => `${name} ×${count}`).join(', ')
}

/** The most of these times that fall into one second. */
function mostPerSecond(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
  )
}
