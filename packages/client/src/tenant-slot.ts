import { Definition, type SharePrismaOptions, type ShareTools } from './definition.ts'
import type { CallSite } from './call-site.ts'
import type { Generation } from './generation.ts'
import { createHandle } from './handle.ts'
import { OnePrismaError } from './errors.ts'
import { Slot } from './slot.ts'
import type { TenantSource } from './tenant-source.ts'

/**
 * The shared client of one tenant. It is not told apart from others by whoever drains the process or
 * asks for its health.
 *
 * @internal
 */
export class TenantSlot extends Slot {
  /** Since when nobody has used it, in milliseconds of `performance.now()`. */
  idleSince: number = performance.now()
  /** How often it is leased now. */
  leases: number = 0
  /** Whether it was closed because nobody used it, so that it must not open again. */
  isEvicted: boolean = false
  /** Settles when it has closed; there once it has begun to. */
  closing: Promise<void> | undefined
  /** Is called when the last lease has ended, by whoever waits for that. */
  freed: (() => void) | undefined
  readonly tenant: string
  readonly #end: (slot: TenantSlot, timeoutMs: number) => Promise<void>
  #source: TenantSource | undefined
  #handle: object | undefined

  constructor(
    name: string,
    tenant: string,
    end: (slot: TenantSlot, timeoutMs: number) => Promise<void>,
  ) {
    super(name)
    this.tenant = tenant
    this.#end = end
  }

  /** The handle for one evaluation of the module that shares the clients. */
  handleFor(source: TenantSource): object {
    if (this.#handle === undefined || this.#source !== source) {
      this.#source = source
      this.#handle = createHandle(this, new TenantDefinition(this.name, this.tenant, source))
    }
    return this.#handle
  }

  override enter(definition: Definition): Generation {
    if (this.isEvicted) {
      throw new OnePrismaError(
        'TENANT_CLOSED',
        `The client "${this.name}" was closed when nobody used it. Ask for it again, and keep it no longer than the work takes.`,
      )
    }
    return super.enter(definition)
  }

  /** Lets those who have it finish, and closes it for good. */
  override drain(timeoutMs: number): Promise<void> {
    return this.#end(this, timeoutMs)
  }

  /** Closes it, whoever has it. */
  finish(timeoutMs: number): Promise<void> {
    return super.drain(timeoutMs)
  }
}

/** How the client of one tenant is made. */
class TenantDefinition extends Definition {
  readonly #site: CallSite

  constructor(name: string, tenant: string, source: TenantSource) {
    const { create, drainTimeoutMs, fingerprint, connections, maxPerClient, telemetry } = source
    const settings: SharePrismaOptions<never> = {
      name,
      drainTimeoutMs,
      ...(fingerprint !== undefined && { fingerprint }),
      ...(telemetry !== undefined && {
        telemetry: { tap: () => telemetry.tap(source.labelOf(tenant)) },
      }),
    }
    const build = ({ observe }: ShareTools): object =>
      create(tenant, {
        observe: (factory) => observe(connections.adapter(factory)),
        max: maxPerClient,
      })
    super(build, settings, build)
    this.#site = source.site
  }

  override get site(): CallSite {
    return this.#site
  }
}
