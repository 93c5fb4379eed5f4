import { compareWindows } from '../../../packages/cli/src/monitor/compare-windows.ts'
import { randomFrom } from '../../../packages/cli/src/monitor/statistics/random.ts'
import { atLeast, forComparison, limitedIf, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import type { FalseAlarmSettings } from './false-alarms.ts'
import { seedOf, simulate } from './simulate.ts'

const RATIO = 1.2
/** In per cent of the comparisons. */
const LEAST = 85

/** How often latency that is a fifth higher is called a regression. */
export function measurePower(settings: FalseAlarmSettings, isLimited: boolean): Bar[] {
  const { design, count, surroundings, comparisons } = settings
  const random = randomFrom(seedOf(settings))
  let found = 0
  let open = 0
  for (let at = 0; at < comparisons; at++) {
    const [before, after] = simulate({ design, count, surroundings, ratio: RATIO, random })
    const { verdict } = compareWindows(before.windows, after.windows, { design })
    if (verdict === 'regression') found++
    if (verdict === 'no-regression') open++
  }
  const share = (number: number): number => rounded((100 * number) / comparisons, 1)
  const bar = `+20 % latency found, ${design}, ${count} windows`
  const { name } = surroundings
  return [
    limitedIf(isLimited, atLeast(bar, name, share(found), '%', LEAST)),
    forComparison(
      `+20 % called no regression, ${design}, ${count} windows`,
      name,
      share(open),
      '%',
    ),
  ]
}
