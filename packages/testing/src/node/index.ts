import { after, afterEach, beforeEach } from 'node:test'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { announcedRun, announceRun } from '../run-in-environment.ts'
import { openTestFile } from '../test-file.ts'
import type { TestDatabaseOptions } from '../test-options.ts'
import { startTestRun, type RunPlan } from '../test-run.ts'
import { coordinator } from './coordinator.ts'

export type { StartPostgresOptions } from '../start-postgres.ts'
export type { TestDatabaseOptions } from '../test-options.ts'

/**
 * Gives every file of `node --test` a database of its own. Await it in a module that is loaded before
 * each file: `oneprisma-node-test ./test/setup.js` starts the run once and loads that module for all
 * files. With `node --import ./test/setup.js --test`, every file has a run, and a template, to itself.
 *
 * @example
 * await testDatabase({ seed: (url) => seedCountries(url) })
 *
 * @throws TestingError `INVALID_OPTION` and the codes of `startPostgres` and `deployMigrations`
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<void> {
  const announced = announcedRun()
  if (announced !== undefined) return openFile(announced)
  // Without `oneprisma-node-test` before it, this is the runner, which may load the module as well.
  if (process.execArgv.includes('--test') && !isFile()) return

  const host = coordinator()
  if (host === undefined) {
    const run = await startTestRun(options)
    return openFile(run.plan, run.close)
  }
  const run = await startTestRun(options, { filesAtOnce: availableParallelism() })
  announceRun(run.plan)
  host.run = run
}

function isFile(): boolean {
  return process.env['NODE_TEST_CONTEXT'] !== undefined
}

async function openFile(plan: RunPlan, closeRun?: () => Promise<void>): Promise<void> {
  const path = relative(process.cwd(), process.argv[1] ?? '')
  const file = await openTestFile(plan, { global: globalThis, env: process.env, path })
  let hasFailed = false
  beforeEach(() => file.beginTest())
  afterEach(async (context) => {
    if ('error' in context && context.error) hasFailed = true
    await file.endTest()
  })
  after(async () => {
    const line = await file.close({ hasFailed })
    if (line !== undefined) console.error(line)
    await closeRun?.()
  })
}
