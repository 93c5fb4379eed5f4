import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Comparison } from '../../../packages/cli/src/monitor/comparison.ts'
import { exactly, forComparison, type Bar } from '../bar.ts'
import { BenchApp } from '../bench-app.ts'
import { BenchDatabase } from '../bench-database.ts'
import type { Traffic } from '../faults/fault-proxy.ts'
import { rounded } from '../statistics.ts'
import { CanaryRig, CONNECTIONS } from './canary-rig.ts'
import { compareRecordings, record, type RecordingLength } from './monitor-command.ts'

/** Each way, so that an answer takes some 45 ms, and a fifth more. */
const USUAL: Traffic = { kind: 'slow', delayMs: 20, jitterMs: 4 }
const SLOWER: Traffic = { kind: 'slow', delayMs: 25, jitterMs: 4 }

/**
 * Two releases of an app beside each other on a real Postgres, each behind a proxy of its own that
 * adds latency, recorded and compared by the commands: first alike, then the new one slower by a
 * fifth and with one more connection.
 */
export async function runCanary(length: RecordingLength): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('monitor', 'documented')
  await using rig = await CanaryRig.start(database.url, app.folder)
  const folder = mkdtempSync(join(tmpdir(), 'bench-monitor-'))
  const recorded = async (name: string): Promise<string> => {
    const file = join(folder, `${name}.jsonl`)
    await rig.warmUp()
    console.error(`monitor: ${name}`)
    await record(file, database.url, rig.metrics, length)
    return file
  }
  try {
    rig.traffic = { old: USUAL, new: USUAL }
    const alike = await recorded('alike')
    rig.traffic = { old: USUAL, new: SLOWER }
    // Both, so that neither one is warmer.
    await rig.restart('old', CONNECTIONS)
    await rig.restart('new', CONNECTIONS + 1)
    const worse = await recorded('worse')

    const compare = (file: string, ...flags: string[]): Promise<Comparison> =>
      compareRecordings([file, '--arms', 'old,new', ...flags])
    return [
      ...barsOf('no change', 0, await compare(alike)),
      ...barsOf('+20 % and +1', 1, await compare(worse, '--noise', alike)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Latency and connections, of both of which it is known whether they got worse. */
function barsOf(what: string, worse: 0 | 1, comparison: Comparison): Bar[] {
  const { verdict, refusals, metrics } = comparison
  console.error(`monitor: ${what}: ${verdict}`)
  for (const { code, message } of refusals) console.error(`  ${code}: ${message}`)
  return JUDGED.flatMap(({ name, of, unit }) => {
    const compared = metrics.find(({ metric }) => metric === name)
    // What was refused was found to be neither worse nor not.
    const found = compared === undefined ? Number.NaN : Number(compared.verdict === 'worse')
    return [
      exactly(`a real canary, ${what}`, `${name} called worse`, found, '', worse),
      forComparison(`a real canary, ${what}`, name, rounded(compared?.[of] ?? Number.NaN, 3), unit),
    ]
  })
}

const JUDGED = [
  { name: 'p50', of: 'ratio', unit: '×' },
  { name: 'connections', of: 'difference', unit: 'more' },
] as const
