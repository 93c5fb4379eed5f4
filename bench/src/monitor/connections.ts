import { compareWindows } from '../../../packages/cli/src/monitor/compare-windows.ts'
import type { Design } from '../../../packages/cli/src/monitor/comparison.ts'
import { randomFrom } from '../../../packages/cli/src/monitor/statistics/random.ts'
import type { Window } from '../../../packages/cli/src/monitor/window.ts'
import { atLeast, atMost, limitedIf, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import { normals } from './normals.ts'

const WINDOW_MS = 10_000
const SAMPLES_A_WINDOW = 10
/** In per cent of the comparisons. */
const LEAST = 95
const MOST = 7

/** How a count of connections moves from second to second. */
export type Jitter = 'full pools' | 'pools that follow load'

/** Some comparisons of counts that grow by 1, and as many of counts that do not. */
export interface ConnectionSettings {
  readonly design: Design
  /** Windows in each arm. */
  readonly count: number
  readonly jitter: Jitter
  readonly comparisons: number
}

/**
 * How often a growth of 1 is found, and how often one that is not there. Where counts follow a load
 * that drifts, arms one after the other do not show it.
 */
export function measureConnections(settings: ConnectionSettings): Bar[] {
  const { design, count, jitter, comparisons } = settings
  const random = randomFrom(count)
  const shareOf = (growth: number, verdicts: readonly string[]): number => {
    let called = 0
    for (let at = 0; at < comparisons; at++) {
      const [before, after] = recordConnections(settings, growth, random)
      const { metrics } = compareWindows(before, after, { design })
      if (metrics.some(({ verdict }) => verdicts.includes(verdict))) called++
    }
    return rounded((100 * called) / comparisons, 1)
  }
  const name = `${count} windows, ${jitter}`
  return [
    limitedIf(
      design === 'interleaved' || jitter === 'full pools',
      atLeast(`+1 connection found, ${design}`, name, shareOf(1, ['worse']), '%', LEAST),
    ),
    atMost(
      `+1 connection found where there is none, ${design}`,
      name,
      shareOf(0, ['worse', 'better']),
      '%',
      MOST,
    ),
  ]
}

function recordConnections(
  { design, count, jitter }: ConnectionSettings,
  growth: number,
  random: () => number,
): [before: Window[], after: Window[]] {
  const next = JITTERS[jitter](random)
  const arms: [Window[], Window[]] = [[], []]
  for (let at = 0; at < 2 * count; at++) {
    const isAfter = design === 'sequential' ? at >= count : at % 2 === 1
    const samples = Array.from({ length: SAMPLES_A_WINDOW }, () => next() + (isAfter ? growth : 0))
    arms[isAfter ? 1 : 0].push({
      startedAt: at * WINDOW_MS,
      durationMs: WINDOW_MS,
      connections: {
        mean: samples.reduce((sum, sample) => sum + sample, 0) / samples.length,
        max: Math.max(...samples),
      },
    })
  }
  return arms
}

const JITTERS: Readonly<Record<Jitter, (random: () => number) => () => number>> = {
  /**
   * 30 connections, each of which is replaced every ten minutes, which takes some seconds; and now
   * and then somebody else's, for a second.
   */
  'full pools': (random) => {
    const opensIn = Array.from({ length: 30 }, () => 0)
    return () => {
      for (const [at, seconds] of opensIn.entries()) {
        if (seconds > 0) opensIn[at] = seconds - 1
        else if (random() < 1 / 600) opensIn[at] = 1 + Math.floor(random() * 3)
      }
      return opensIn.filter((seconds) => seconds === 0).length + (random() < 0.02 ? 1 : 0)
    }
  },
  /** About 20 connections, which come with load and go when they are idle, over a minute or so. */
  'pools that follow load': (random) => {
    const normal = normals(random)
    const likeness = Math.exp(-1 / 20)
    let level = normal()
    return () => {
      level = likeness * level + Math.sqrt(1 - likeness ** 2) * normal()
      return Math.round(20 + 1.5 * level)
    }
  },
}
