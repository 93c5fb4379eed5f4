import type { CallSite } from './call-site.ts'
import type { TenantConnections } from './tenant-connections.ts'
import type { ShareTools } from './definition.ts'
import type { Telemetry } from './tap.ts'

/** What the callback of `shareTenants` gets, to build the client of a tenant with. */
export interface TenantTools extends ShareTools {
  /**
   * The most connections that the pool of this client may open, where its driver is not pg: the
   * budget divided by the clients. Pools of pg share the budget by need, up to their own `max`.
   */
  readonly max: number
}

/** Options of `shareTenants`. */
export interface ShareTenantsOptions<Client extends object = object> {
  /**
   * Which group of tenants this is, for a process that has several. Clients are called
   * `<name>/<tenant>`.
   *
   * @default 'tenants'
   */
  readonly name?: string
  /**
   * The most clients at a time, those that are being closed included. Where all are in use, whoever
   * needs another waits.
   *
   * @default 50
   */
  readonly maxClients?: number
  /**
   * The most connections of all clients together; at least `maxClients`.
   *
   * @default twice `maxClients`
   */
  readonly maxConnections?: number
  /**
   * How long to wait for room, in milliseconds.
   *
   * @default 10_000, as long as a query waits for a connection
   */
  readonly acquireTimeoutMs?: number
  /**
   * When a client that nobody uses is closed, in milliseconds, though there is room.
   *
   * @default 300_000
   */
  readonly idleTimeoutMs?: number
  /**
   * How long a client that is closed may take to finish its work, in milliseconds.
   *
   * @default 10_000
   */
  readonly drainTimeoutMs?: number
  /** As in `sharePrisma`. */
  readonly fingerprint?: (client: Client) => string | undefined
  /** What `telemetry()` of `@oneprisma/client/telemetry` returns. */
  readonly telemetry?: Telemetry
  /**
   * Under which label a tenant is counted in metrics, in `client`; `<name>/` goes in front. A plan or
   * a region keeps them few.
   *
   * @default the tenant
   */
  readonly label?: (tenant: string) => string
  /**
   * How many labels there may be. Tenants beyond them are counted together, as `<name>/(other)`.
   *
   * @default 20
   */
  readonly maxLabels?: number
}

/** Options with every default in its place. */
export type TenantSettings = Required<
  Pick<
    ShareTenantsOptions,
    | 'name'
    | 'maxClients'
    | 'maxConnections'
    | 'acquireTimeoutMs'
    | 'idleTimeoutMs'
    | 'drainTimeoutMs'
    | 'maxLabels'
  >
>

/**
 * One evaluation of the module that shares the clients of tenants: how they are made, and where it
 * stands.
 *
 * @internal
 */
export interface TenantSource {
  readonly create: (tenant: string, tools: TenantTools) => object
  readonly fingerprint: ((client: never) => string | undefined) | undefined
  readonly telemetry: Telemetry | undefined
  readonly drainTimeoutMs: number
  readonly connections: TenantConnections
  readonly maxPerClient: number
  readonly site: CallSite
  readonly labelOf: (tenant: string) => string
}
