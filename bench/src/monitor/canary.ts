import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Comparison, MetricName } from '../../../packages/cli/src/monitor/comparison.ts'
import { exactly, forComparison, type Bar } from '../bar.ts'
import { BenchApp } from '../bench-app.ts'
import { BenchDatabase } from '../bench-database.ts'
import type { Traffic } from '../faults/fault-proxy.ts'
import { rounded } from '../statistics.ts'
import { CanaryRig, CONNECTIONS } from './canary-rig.ts'
import { compareRecordings, record, type RecordingLength } from './monitor-command.ts'

/** Each way, so that an answer takes some 25 ms, and some 30. */
const USUAL: Traffic = { kind: 'slow', delayMs: 10, jitterMs: 4 }
const SLOWER: Traffic = { kind: 'slow', delayMs: 12, jitterMs: 5 }

/**
 * Two releases of an app beside each other on a real Postgres, each behind a proxy of its own that
 * adds latency, recorded and compared by the commands.
 */
export async function runCanary(length: RecordingLength): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('monitor', 'documented')
  await using rig = await CanaryRig.start(database.url, app.folder)
  const folder = mkdtempSync(join(tmpdir(), 'bench-monitor-'))
  const recorded = async (name: string): Promise<string> => {
    const file = join(folder, `${name}.jsonl`)
    console.error(`monitor: ${name}`)
    await record(file, database.url, rig.metrics, length)
    return file
  }
  try {
    rig.traffic = { old: USUAL, new: USUAL }
    const alike = await recorded('alike')
    rig.traffic = { old: USUAL, new: SLOWER }
    const slower = await recorded('slower')
    rig.traffic = { old: USUAL, new: USUAL }
    await rig.restart('new', CONNECTIONS + 1)
    const grown = await recorded('grown')

    const noise = ['--noise', alike]
    return [
      ...barsOf('no slower', 0, await compareRecordings([alike, '--arms', 'old,new'])),
      ...barsOf(
        'slower by a fifth',
        1,
        await compareRecordings([slower, '--arms', 'old,new', ...noise]),
      ),
      ...barsOf(
        'one connection more',
        1,
        await compareRecordings([grown, '--arms', 'old,new', ...noise]),
      ),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function barsOf(what: string, regressions: number, comparison: Comparison): Bar[] {
  const bar = `a real canary: ${what}`
  const isRegression = comparison.verdict === 'regression'
  const figure = (name: MetricName, of: 'ratio' | 'difference'): number => {
    const found = comparison.metrics.find(({ metric }) => metric === name)
    return rounded(found?.[of] ?? Number.NaN, 3)
  }
  return [
    exactly(bar, 'regressions', isRegression ? 1 : 0, '', regressions),
    forComparison(bar, 'median latency', figure('p50', 'ratio'), '×'),
    forComparison(bar, 'connections', figure('connections', 'difference'), 'more'),
  ]
}
