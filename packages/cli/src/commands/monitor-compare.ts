import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../errors.ts'
import { compareRecordings } from '../monitor/comparing/compare-recordings.ts'
import { comparisonJson } from '../monitor/comparing/comparison-json.ts'
import { formatComparison } from '../monitor/comparing/format-comparison.ts'
import { exitCodeOf } from '../monitor/comparing/verdict-text.ts'
import type { Recording } from '../monitor/recording/parse-recording.ts'
import { RecordingFile } from '../monitor/recording/recording-file.ts'
import { reportPage } from '../monitor/report/report-page.ts'
import type { World } from '../world.ts'
import { paintOf } from './print-findings.ts'

export interface MonitorCompareOptions {
  readonly recordings: readonly string[]
  readonly arms?: string | undefined
  readonly split?: string | undefined
  readonly sequential: boolean
  readonly noise?: readonly string[] | undefined
  readonly threshold?: string | undefined
  readonly json: boolean
  /** Where to write the report. */
  readonly html?: string | undefined
  /** Takes what cannot be told for a success. */
  readonly allowInconclusive: boolean
}

const DEFAULT_THRESHOLD = '10%'

/** Compares recordings: 1 where there is a regression, 2 where that cannot be told. */
export async function monitorCompare(
  world: World,
  options: MonitorCompareOptions,
): Promise<number> {
  const { arms, split, sequential, json, html, allowInconclusive } = options
  const threshold = thresholdOf(options.threshold ?? DEFAULT_THRESHOLD)
  const noise = (options.noise ?? []).map((path) => read(world, path))
  const recordings = options.recordings.map((path) => read(world, path))
  const compared = compareRecordings(recordings, { arms, split, sequential, noise, threshold })
  const exitCode = exitCodeOf(compared.comparison.verdict, allowInconclusive)
  if (html !== undefined) writePage(world, html, reportPage(compared))
  world.out(
    json
      ? `${JSON.stringify(comparisonJson(compared, exitCode), null, 2)}\n`
      : formatComparison(compared, { paint: paintOf(world), width: world.columns }),
  )
  return exitCode
}

function read(world: World, path: string): Recording {
  const recording = new RecordingFile(resolve(world.cwd, path), path).read()
  if (recording !== undefined) return recording
  throw new CliError('RECORDING_INVALID', `There is no recording "${path}".`)
}

function thresholdOf(text: string): number {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(text) ?? []
  if (Number(percent) > 0) return Number(percent) / 100
  throw new CliError('USAGE', `--threshold takes a share such as 10%; "${text}" is none.`)
}

function writePage(world: World, path: string, page: string): void {
  try {
    writeFileSync(resolve(world.cwd, path), page)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CliError('WRITE_FAILED', `"${path}" cannot be written (${code}).`, { cause: error })
  }
  world.err(`Wrote ${path}.\n`)
}
