import type { TestRun } from '../test-run.ts'

// Jest runs its global set-up and tear-down in one process, and documents `globalThis` as the way
// from one to the other.
const RUN: unique symbol = Symbol.for('@oneprisma/testing/jest/run')

type GlobalWithRun = typeof globalThis & { [RUN]?: TestRun | undefined }

/** Keeps a run for the global tear-down. */
export function rememberRun(run: TestRun): void {
  const host: GlobalWithRun = globalThis
  host[RUN] = run
}

/** Closes the run that was kept, if there is one. */
export async function closeRememberedRun(): Promise<void> {
  const host: GlobalWithRun = globalThis
  const run = host[RUN]
  host[RUN] = undefined
  await run?.close()
}
