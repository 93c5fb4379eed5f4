import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { comparisonTable } from './comparison-table.ts'
import { failedOf, figuresOf } from './figures.ts'
import { oneprisma } from './oneprisma.ts'
import { openPage } from './open-page.ts'
import { reportPage } from './report-page.ts'
import { runDemo, type DemoResult } from './run-demo.ts'

const USAGE = `Usage: npm run demo [-- --quick] [-- --no-open]

Copies a help desk that makes a client in every file, brings the copy to one client, runs both under
the same traffic, and shows what each of them did. --quick measures for a shorter time; --no-open
leaves the report to be opened by hand.`
const folder = join(import.meta.dirname, '../.demo/demo')

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
// What was started ends with this process: the listeners of its `exit` see to that.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
process.once('SIGHUP', () => process.exit(129))

if (options.help) {
  console.log(USAGE)
} else {
  try {
    process.exitCode = await show()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 2
  }
}

async function show(): Promise<number> {
  const result = await runDemo({
    folder,
    tool: oneprisma,
    ...(options.quick
      ? { perSecond: 30, seconds: 6, rounds: 1 }
      : { perSecond: 50, seconds: 12, rounds: 2 }),
    progress: (line) => console.error(line),
  })

  const report = join(folder, 'report.html')
  mkdirSync(folder, { recursive: true })
  writeFileSync(report, reportPage(result))
  console.log(`\n${comparisonTable(figuresOf(result))}\n`)
  console.log(`Report      ${report}`)
  console.log(`The copies  ${join(folder, 'before')}\n            ${join(folder, 'after')}`)
  if (!options['no-open'] && process.stdout.isTTY) await openPage(report, process.env)
  return isProven(result) ? 0 : 1
}

function isProven({ after, checked }: DemoResult): boolean {
  return (
    after.clients.made === 1 &&
    after.differences.length === 0 &&
    failedOf(after) === 0 &&
    checked.code === 0
  )
}
