import { parseArgs } from 'node:util'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultOf, type Bar, type BenchOptions } from './bar.ts'
import { codemod } from './codemod.ts'
import { cold } from './cold.ts'
import { corpus } from './corpus.ts'
import { drain } from './drain.ts'
import { faults } from './faults.ts'
import { fleetModel } from './fleet-model.ts'
import { fleet } from './fleet.ts'
import { hmr } from './hmr.ts'
import { monitor } from './monitor.ts'
import { observe } from './observe.ts'
import { overhead } from './overhead.ts'
import { production } from './production.ts'
import { tableOf } from './report.ts'
import { script } from './script.ts'
import { stale } from './stale.ts'
import { tenants } from './tenants.ts'
import { testing } from './testing.ts'
import { versions } from './versions.ts'

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<Bar[]>>> = {
  overhead,
  observe,
  cold,
  production,
  stale,
  hmr,
  drain,
  script,
  faults,
  codemod,
  corpus,
  fleet,
  'fleet-model': fleetModel,
  tenants,
  testing,
  monitor,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    only: { type: 'string' },
  },
})
const name = positionals[0] ?? ''
const bench = BENCHES[name]
if (bench === undefined || positionals.length !== 1 || !(Number(values.minutes ?? 0) >= 0)) {
  console.error(
    `Usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [--json] [--quick] [--save] [--minutes <n>] [--only <part>]`,
  )
  process.exitCode = 2
} else {
  // What was started ends with this process: the listeners of its `exit` see to that.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  try {
    const result = resultOf(name, versions(), await bench(optionsOf(values)))
    console.log(tableOf(result))
    if (values.save) save(name, JSON.stringify(result))
    if (values.json) console.log(JSON.stringify(result))
    process.exitCode = result.ok ? 0 : 1
  } catch (error) {
    console.error(`${name} could not run:`, error)
    process.exitCode = 2
  }
}

function optionsOf({ quick, minutes, only }: typeof values): BenchOptions {
  return {
    isQuick: quick,
    ...(minutes !== undefined && { minutes: Number(minutes) }),
    ...(only !== undefined && { only }),
  }
}

/** Keeps a result for the evidence. */
function save(file: string, line: string): void {
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${file}.json`), `${line}\n`)
}
