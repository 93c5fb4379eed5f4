import { TestingError } from './errors.ts'
import type { RunPlan } from './test-run.ts'

// How a run's plan reaches processes that the test runner starts.
const VARIABLE = 'ONEPRISMA_TEST_RUN'

/** Tells this process, and those that it starts, of a run. */
export function announceRun(plan: RunPlan): void {
  process.env[VARIABLE] = JSON.stringify(plan)
}

/** The run that this process belongs to, if there is one. */
export function announcedRun(): RunPlan | undefined {
  const text = process.env[VARIABLE]
  // Only `announceRun` writes it.
  return text === undefined ? undefined : (JSON.parse(text) as RunPlan)
}

/** @throws TestingError `GLOBAL_SETUP_MISSING` */
export function requireRun(remedy: string): RunPlan {
  const plan = announcedRun()
  if (plan !== undefined) return plan
  throw new TestingError(
    'GLOBAL_SETUP_MISSING',
    `The global set-up of @oneprisma/testing has not run. ${remedy}`,
  )
}
