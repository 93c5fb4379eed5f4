import type { Bar, BenchOptions } from './bar.ts'
import { runCanary } from './monitor/canary.ts'
import { measureConnections } from './monitor/connections.ts'
import { measureFalseAlarms } from './monitor/false-alarms.ts'
import { measurePower } from './monitor/power.ts'
import type { Surroundings } from './monitor/simulate.ts'

const DESIGNS = ['interleaved', 'sequential'] as const
const CALM: Surroundings = { name: 'windows differ by 10 %', windows: 0.1, walk: 0, line: 0 }
const WALKING = { ...CALM, name: `${CALM.name}, a walk of 30 %`, walk: 0.3 }
const RISING = { ...CALM, name: `${CALM.name}, a rise by 30 %`, line: 0.3 }
const ROUGH = { ...CALM, name: 'windows differ by 25 %', windows: 0.25 }
const ROUGH_AND_WALKING = { ...ROUGH, name: `${ROUGH.name}, a walk of 30 %`, walk: 0.3 }

/** What `monitor compare` calls a change, where it is known what changed. */
export async function monitor({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  const comparisons = isQuick ? 40 : 200
  const parts: Readonly<Record<string, () => Bar[] | Promise<Bar[]>>> = {
    alarms: () => alarms(comparisons, isQuick),
    power: () => power(comparisons, isQuick),
    connections: () => connections(comparisons),
    canary: () =>
      runCanary(isQuick ? { windows: 26, windowMs: 600 } : { windows: 60, windowMs: 1_000 }),
  }
  const bars: Bar[] = []
  for (const [part, measure] of Object.entries(parts)) {
    if (only !== undefined && only !== part) continue
    console.error(`monitor: ${part}`)
    bars.push(...(await measure()))
  }
  return bars
}

function alarms(comparisons: number, isQuick: boolean): Bar[] {
  const all = [CALM, ROUGH, WALKING, ROUGH_AND_WALKING, RISING]
  return DESIGNS.flatMap((design) =>
    (isQuick ? [WALKING] : all).flatMap((surroundings) =>
      (isQuick ? [20] : [20, 60]).flatMap((count) =>
        measureFalseAlarms({ design, count, surroundings, comparisons }),
      ),
    ),
  )
}

function power(comparisons: number, isQuick: boolean): Bar[] {
  const limited = [CALM, WALKING]
  const others = [ROUGH, ROUGH_AND_WALKING]
  return DESIGNS.flatMap((design) =>
    (isQuick ? [CALM] : [...limited, ...others]).flatMap((surroundings) =>
      (isQuick ? [60] : [20, 60]).flatMap((count) =>
        measurePower(
          { design, count, surroundings, comparisons },
          design === 'interleaved' && count === 60 && limited.includes(surroundings),
        ),
      ),
    ),
  )
}

function connections(comparisons: number): Bar[] {
  return DESIGNS.flatMap((design) => [
    ...measureConnections({ design, count: 20, jitter: 'full pools', comparisons }),
    ...measureConnections({ design, count: 60, jitter: 'pools that follow load', comparisons }),
  ])
}
