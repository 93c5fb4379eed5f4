import type { TestRun } from '../test-run.ts'

// The set-up module is the user's, and may import another copy of this one.
const COORDINATOR: unique symbol = Symbol.for('@oneprisma/testing/node/coordinator')

/** What the process that runs `node --test` is told by the set-up module. */
export interface Coordinator {
  run: TestRun | undefined
}

type GlobalWithCoordinator = typeof globalThis & { [COORDINATOR]?: Coordinator }

/** Makes this process the one that has the run, for all files. */
export function becomeCoordinator(): Coordinator {
  const host: GlobalWithCoordinator = globalThis
  return (host[COORDINATOR] ??= { run: undefined })
}

/** The coordinator, in the process that is one. */
export function coordinator(): Coordinator | undefined {
  const host: GlobalWithCoordinator = globalThis
  return host[COORDINATOR]
}
