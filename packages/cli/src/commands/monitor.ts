import { parseFlags } from '../parse-flags.ts'
import { CliError } from '../errors.ts'
import type { World } from '../world.ts'
import { monitorCompare } from './monitor-compare.ts'
import { monitorMark } from './monitor-mark.ts'
import { monitorRecord, monitorWatch } from './monitor-record.ts'

const FLAG = { type: 'boolean', default: false } as const
const TEXT = { type: 'string' } as const
const TEXTS = { type: 'string', multiple: true } as const
const WATCH = {
  'url-env': TEXT,
  metrics: TEXTS,
  'metrics-token-env': TEXT,
  histogram: TEXT,
  app: TEXT,
  arm: TEXTS,
  by: TEXT,
  window: TEXT,
  interval: TEXT,
  for: TEXT,
  plain: FLAG,
} as const

/** Watches, records and compares what a rollout does to connections, latencies and errors. */
export async function monitor(args: readonly string[], world: World): Promise<number> {
  const [name, ...rest] = args
  switch (name) {
    case 'record': {
      const { values, positionals } = parseFlags(rest, { ...WATCH, out: TEXT, mark: TEXT })
      refuseExtra(positionals, 0)
      const { out, mark, plain, ...flags } = values
      if (out === undefined) {
        throw new CliError('USAGE', 'There is nowhere to record to. Give --out and a file.')
      }
      return monitorRecord(world, { out, mark, plain, flags })
    }
    case 'compare': {
      const { values, positionals } = parseFlags(rest, {
        arms: TEXT,
        split: TEXT,
        sequential: FLAG,
        noise: TEXTS,
        threshold: TEXT,
        json: FLAG,
        html: TEXT,
        'allow-inconclusive': FLAG,
      })
      const { 'allow-inconclusive': allowInconclusive, ...flags } = values
      return monitorCompare(world, { ...flags, allowInconclusive, recordings: positionals })
    }
    case 'mark': {
      const { positionals } = parseFlags(rest, {})
      refuseExtra(positionals, 2)
      const [recording, text] = positionals
      if (recording === undefined || text === undefined) {
        throw new CliError('USAGE', 'A mark takes a recording and a text.')
      }
      return monitorMark(world, { recording, text })
    }
    default: {
      const { values, positionals } = parseFlags(args, { ...WATCH, json: FLAG })
      refuseExtra(positionals, 0)
      const { json, plain, ...flags } = values
      return monitorWatch(world, { json, plain, flags })
    }
  }
}

function refuseExtra(positionals: readonly string[], most: number): void {
  const extra = positionals[most]
  if (extra !== undefined) throw new CliError('USAGE', `"${extra}" is too many.`)
}
