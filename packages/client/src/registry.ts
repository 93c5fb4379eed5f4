import type { AsyncLocalStorage } from 'node:async_hooks'
import type { SharePrismaOptions, ShareTools } from './definition.ts'
import type { Slot } from './slot.ts'
import type { EventListeners } from './event-listeners.ts'
import type { LogLevel } from './logger.ts'
import type { Scope } from './scope.ts'
import type { Tap } from './tap.ts'

// The digit is the version of the shape below, not of the package. It changes only when an older
// copy in the same process could no longer read what it finds.
const REGISTRY: unique symbol = Symbol.for('@oneprisma/client/1')

interface Registry {
  readonly slots: Map<string, Slot>
  /** How the copy of this package that was used first makes a shared client. */
  share?: (
    create: (tools: ShareTools) => object,
    options: SharePrismaOptions<never>,
    below: (...args: never[]) => unknown,
  ) => object
  /** Puts something in the place of a driver adapter, for tests (`@oneprisma/testing`). */
  testedAs?: <Factory extends object>(factory: Factory, client: string) => Factory
  /** Made when the first code runs in a scope. */
  scope?: AsyncLocalStorage<Scope>
  /** What watches the shared clients, by their names; made by the first copy of the telemetry. */
  taps?: Map<string, Tap>
  /** Who listens to what these tell. */
  listeners?: EventListeners
  /** How much is logged, where somebody has changed it at run time. */
  logLevel?: LogLevel
  /** Whether what Prisma prints for `DEBUG` was looked at, and found to have parameters. */
  isDebugGuarded?: boolean
}

type GlobalWithRegistry = typeof globalThis & { [REGISTRY]?: Registry }

/**
 * The registry of shared clients of this process (or worker thread). It lives on `globalThis` and
 * not in this module, because a bundler may give every route its own copy of this module.
 *
 * @internal
 */
export function registry(): Registry {
  const host: GlobalWithRegistry = globalThis
  return (host[REGISTRY] ??= { slots: new Map() })
}
