// Runs before each test file, which then finds its database in the environment.
import { afterAll, afterEach, beforeEach, expect, inject } from 'vitest'
import { TestingError } from '../errors.ts'
import { openTestFile } from '../test-file.ts'
import type { RunPlan } from '../test-run.ts'

// Without the global set-up there is none, whatever the type says.
const plan: RunPlan | undefined = inject('oneprismaTestRun')
if (plan === undefined) {
  throw new TestingError(
    'GLOBAL_SETUP_MISSING',
    "The global set-up of @oneprisma/testing has not run. Add `globalSetup: ['@oneprisma/testing/vitest/global-setup']` to the `test` section of the Vitest configuration.",
  )
}

const path = expect.getState().testPath ?? 'a test file'
const file = await openTestFile(plan, {
  global: globalThis,
  env: process.env,
  path,
  worker: Number(process.env['VITEST_POOL_ID']),
})
let hasFailed = false

beforeEach(async () => {
  await file.beginTest()
  // Not by `afterEach`: a test that was refused would end the one that is under way.
  return () => file.endTest()
})
afterEach(({ task }) => {
  if (task.result?.state === 'fail') hasFailed = true
})
afterAll(async () => {
  const line = await file.close({ hasFailed })
  if (line !== undefined) process.stderr.write(`${line}\n`)
})
