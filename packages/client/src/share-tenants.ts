import { callSiteOf, frameAbove } from './call-site.ts'
import { TenantConnections } from './tenant-connections.ts'
import { DEFAULT_DRAIN_TIMEOUT_MS } from './definition.ts'
import { sumOfPools, type PoolStatus } from './driver-pool.ts'
import { OnePrismaError } from './errors.ts'
import { refuse, requireNumber, requireType } from './options.ts'
import { registry } from './registry.ts'
import { TenantGroup } from './tenant-group.ts'
import { TenantLabels } from './tenant-labels.ts'
import type { TenantSlot } from './tenant-slot.ts'
import type {
  ShareTenantsOptions,
  TenantSettings,
  TenantSource,
  TenantTools,
} from './tenant-source.ts'

/** The client of a tenant, for as long as it is kept. */
export interface TenantLease<Client> extends Disposable {
  readonly client: Client
  /** Gives it back. Calling it again does nothing. */
  release(): void
}

/** The client of one tenant, as it is now. */
export interface TenantStatus {
  readonly tenant: string
  /** How often it is leased now. */
  readonly leases: number
  readonly unitsInFlight: number
  /** How long nobody has leased it, in milliseconds; 0 while somebody has. */
  readonly idleMs: number
  readonly isClosing: boolean
  /** `undefined` without `observe`, before the first query, or where the driver tells no numbers. */
  readonly pool: PoolStatus | undefined
}

/** A snapshot of the clients of tenants: plain data, without a secret. */
export interface TenantsStatus {
  readonly name: string
  readonly state: 'idle' | 'open' | 'draining' | 'drained'
  /** Clients that there are, those that are being closed included. */
  readonly clients: number
  readonly maxClients: number
  /** Connections of all pools of pg. */
  readonly connections: number
  readonly maxConnections: number
  /** Tenants that somebody waits for, since there is no room. */
  readonly waiting: number
  /** Clients that were made since the process began. */
  readonly created: number
  /** Clients that were closed because nobody used them. */
  readonly evicted: number
  /** Those that were used least recently first. */
  readonly tenants: readonly TenantStatus[]
}

/** One client per tenant, or per shard. */
export interface Tenants<Client> extends AsyncDisposable {
  /**
   * Runs code with the client of a tenant, which is not closed meanwhile. What `run` returns is
   * awaited, so that a query which it returns belongs to it.
   *
   * @throws OnePrismaError `TENANTS_EXHAUSTED`, `DRAINED`, `INVALID_OPTION`
   */
  run<Result>(tenant: string, run: (prisma: Client) => Result): Promise<Awaited<Result>>
  /**
   * Leases the client of a tenant, which is not closed until it is released:
   * `using lease = await tenants.lease('acme')`.
   *
   * @throws OnePrismaError `TENANTS_EXHAUSTED`, `DRAINED`, `INVALID_OPTION`
   */
  lease(tenant: string): Promise<TenantLease<Client>>
  status(): TenantsStatus
  /**
   * Closes the client of a tenant once nobody has it, after its database has moved for instance. The
   * next use makes another.
   *
   * @throws OnePrismaError `CLOSE_TIMEOUT`
   */
  close(tenant: string): Promise<void>
  /**
   * Refuses all from now on, lets those who have a client finish, and closes all clients for good.
   *
   * @throws OnePrismaError `CLOSE_TIMEOUT`
   */
  drain(): Promise<void>
}

// The digit is the version of the shape below; another copy of this package may read it.
const TENANTS: unique symbol = Symbol.for('@oneprisma/client/tenants/1')

/** What all copies of this module share, of one group. */
interface Shared {
  readonly group: TenantGroup
  readonly connections: TenantConnections
  readonly labels: TenantLabels
}

type GlobalWithTenants = typeof globalThis & { [TENANTS]?: Map<string, Shared> }

/**
 * Shares one client per tenant (or shard) and process, made on its first use, and closed when nobody
 * uses it and another tenant needs the room. At most `maxClients` are open at a time, with at most
 * `maxConnections` connections of pg together, however many tenants there are.
 *
 * @param create - Makes the client of a tenant; it may be called again for one that was closed. The
 * key of a tenant is part of names, metrics and messages: never use a connection string.
 *
 * @example
 * export const tenants = shareTenants((tenant, { observe }) => {
 *   const { config, options, transactionOptions } = pgPool(urlOf(tenant))
 *   return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
 * })
 * const users = await tenants.run('acme', (prisma) => prisma.user.findMany())
 *
 * @throws OnePrismaError `INVALID_OPTION`, `NAME_CONFLICT`
 */
export function shareTenants<Client extends object>(
  create: (tenant: string, tools: TenantTools) => Client,
  options: ShareTenantsOptions<Client> = {},
): Tenants<Client> {
  const settings = settingsOf(create, options)
  const { group, connections, labels } = sharedOf(settings)
  const { label, fingerprint, telemetry } = options
  const frame = frameAbove(shareTenants)
  const source: TenantSource = {
    create,
    fingerprint,
    telemetry,
    drainTimeoutMs: settings.drainTimeoutMs,
    connections,
    maxPerClient: Math.floor(settings.maxConnections / settings.maxClients),
    get site() {
      return callSiteOf(frame)
    },
    labelOf: (tenant) => `${settings.name}/${labels.of(tenant, label, settings.maxLabels)}`,
  }
  // The handle forwards every member to the client that `create` returns.
  const clientOf = (slot: TenantSlot): Client => slot.handleFor(source) as Client
  const lease = (tenant: string): TenantSlot | Promise<TenantSlot> => {
    const known = group.leaseNow(tenant)
    if (known !== undefined) return known
    requireKey(tenant)
    return group.lease(tenant)
  }
  return {
    run: async <Result>(
      tenant: string,
      run: (prisma: Client) => Result,
    ): Promise<Awaited<Result>> => {
      const leased = lease(tenant)
      const slot = 'leases' in leased ? leased : await leased
      try {
        return await run(clientOf(slot))
      } finally {
        group.release(slot)
      }
    },
    lease: async (tenant) => leaseOf(group, await lease(tenant), clientOf),
    status: () => statusOf(group, connections),
    close: (tenant) => group.closeTenant(tenant, settings.drainTimeoutMs),
    drain: () => group.drain(settings.drainTimeoutMs),
    [Symbol.asyncDispose]: () => group.drain(settings.drainTimeoutMs),
  }
}

function leaseOf<Client>(
  group: TenantGroup,
  slot: TenantSlot,
  clientOf: (slot: TenantSlot) => Client,
): TenantLease<Client> {
  let isReleased = false
  const release = (): void => {
    if (!isReleased) group.release(slot)
    isReleased = true
  }
  return { client: clientOf(slot), release, [Symbol.dispose]: release }
}

function settingsOf(create: unknown, options: ShareTenantsOptions<never>): TenantSettings {
  const {
    name = 'tenants',
    maxClients = 50,
    maxConnections = 2 * maxClients,
    acquireTimeoutMs = 10_000,
    idleTimeoutMs = 300_000,
    drainTimeoutMs = DEFAULT_DRAIN_TIMEOUT_MS,
    maxLabels = 20,
  } = options
  requireType('create', create, 'function')
  requireType('name', name, 'string')
  if (options.label !== undefined) requireType('label', options.label, 'function')
  if (options.fingerprint !== undefined) requireType('fingerprint', options.fingerprint, 'function')
  requireWhole('maxClients', maxClients, 1)
  requireWhole('maxConnections', maxConnections, maxClients)
  requireWhole('maxLabels', maxLabels, 0)
  requireNumber('acquireTimeoutMs', acquireTimeoutMs, 1)
  requireNumber('idleTimeoutMs', idleTimeoutMs, 1)
  requireNumber('drainTimeoutMs', drainTimeoutMs, 0)
  return {
    name,
    maxClients,
    maxConnections,
    acquireTimeoutMs,
    idleTimeoutMs,
    drainTimeoutMs,
    maxLabels,
  }
}

function requireWhole(name: string, value: number, min: number): void {
  if (!Number.isInteger(value) || value < min) refuse(name, `a whole number from ${min} up`, value)
}

// The key of a tenant is shown; a connection string must not be.
function requireKey(tenant: unknown): void {
  if (typeof tenant === 'string' && tenant.trim() !== '' && !tenant.includes('://')) return
  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected the key of a tenant to be a name (a string without "://"), got ${typeof tenant === 'string' ? 'another string' : typeof tenant} (it is not shown).`,
  )
}

function sharedOf(settings: TenantSettings): Shared {
  const host: GlobalWithTenants = globalThis
  const all = (host[TENANTS] ??= new Map())
  const { name } = settings
  const { slots } = registry()
  let shared = all.get(name)
  // Where the registry has forgotten it, it is as in a new process.
  if (shared === undefined || slots.get(name) !== shared.group) {
    if (slots.has(name)) {
      throw new OnePrismaError(
        'NAME_CONFLICT',
        `There is a shared client "${name}". Give the clients of tenants another name: shareTenants(create, { name }).`,
      )
    }
    shared = {
      group: new TenantGroup(settings),
      connections: new TenantConnections(settings.maxConnections),
      labels: new TenantLabels(),
    }
    all.set(name, shared)
    slots.set(name, shared.group)
  }
  shared.group.configure(settings)
  shared.connections.budget = settings.maxConnections
  return shared
}

function statusOf(group: TenantGroup, connections: TenantConnections): TenantsStatus {
  const { slots, settings, name, state, waiting, created, evicted } = group
  return {
    name,
    state,
    clients: slots.length,
    maxClients: settings.maxClients,
    connections: connections.used,
    maxConnections: settings.maxConnections,
    waiting,
    created,
    evicted,
    tenants: slots.map(tenantStatusOf),
  }
}

function tenantStatusOf({ tenant, leases, current, idleSince, closing }: TenantSlot): TenantStatus {
  return {
    tenant,
    leases,
    unitsInFlight: current?.work.inFlight ?? 0,
    idleMs: leases > 0 ? 0 : performance.now() - idleSince,
    isClosing: closing !== undefined,
    pool: current && sumOfPools(current.observation.pools),
  }
}
