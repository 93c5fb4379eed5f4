import { compareWindows } from '../../../packages/cli/src/monitor/compare-windows.ts'
import { randomFrom } from '../../../packages/cli/src/monitor/statistics/random.ts'
import { atLeast, atMost, limitedIf, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import type { FalseAlarmSettings } from './false-alarms.ts'
import { seedOf, simulate } from './simulate.ts'

const RATIO = 1.2
/** In per cent of the comparisons. */
const LEAST = 85
const MOST_DENIED = 5

/** How often latency that is a fifth higher is called a regression, and how often none. */
export function measurePower(settings: FalseAlarmSettings, isLimited: boolean): Bar[] {
  const { design, count, surroundings, comparisons } = settings
  const random = randomFrom(seedOf(settings))
  let found = 0
  let denied = 0
  for (let at = 0; at < comparisons; at++) {
    const [before, after] = simulate({ design, count, surroundings, ratio: RATIO, random })
    const { verdict } = compareWindows(before.windows, after.windows, { design })
    if (verdict === 'regression') found++
    if (verdict === 'no-regression') denied++
  }
  const share = (number: number): number => rounded((100 * number) / comparisons, 1)
  const name = `${count} windows, ${surroundings.name}`
  return [
    limitedIf(isLimited, atLeast(`+20 % latency found, ${design}`, name, share(found), '%', LEAST)),
    atMost(`+20 % called no regression, ${design}`, name, share(denied), '%', MOST_DENIED),
  ]
}
