import { Definition, type SharePrismaOptions, type ShareTools } from './definition.ts'
import { createHandle } from './handle.ts'
import { registry } from './registry.ts'
import { Slot } from './slot.ts'

/**
 * Shares one client per process, wherever the code runs: every bundle, every copy of this package,
 * every reload meets in it.
 *
 * Returns a handle of the callback's own type. Calling this opens nothing, reads no environment and
 * adds no listener; the first use of the handle calls `create`. When a reloaded module brings a
 * schema that this process has not seen, the next use gets a new client and the old one finishes
 * its work and closes.
 *
 * `create` may be called again, to compare a reloaded or bundled copy of the module with the client
 * in use. What it returns then is dropped before it has opened anything, so it should only build.
 *
 * @example
 * export const prisma = sharePrisma(({ observe }) => {
 *   const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
 *   return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
 * })
 *
 * @throws OnePrismaError `INVALID_OPTION`; on first use `UNSUPPORTED_RUNTIME`, `CREATE_FAILED`,
 * `CREATE_RETURNED_NOTHING`, `CREATE_RETURNED_PROMISE`, `NAME_CONFLICT`, and what the tools throw
 */
export function sharePrisma<Client extends object>(
  create: (tools: ShareTools) => Client,
  options: SharePrismaOptions<Client> = {},
): Client & AsyncDisposable {
  const home = registry()
  home.share ??= share
  // The handle forwards every member to the client that `create` returns, and can be disposed of.
  return home.share(create, options, sharePrisma) as Client & AsyncDisposable
}

/**
 * What the first copy of this module does for all of them: the code of the others is never run, and
 * so costs a process, or each reload, little more than its text.
 */
function share(
  create: (tools: ShareTools) => object,
  options: SharePrismaOptions<never>,
  below: (...args: never[]) => unknown,
): object {
  const definition = new Definition(create, options, below)
  const { slots } = registry()
  let slot = slots.get(definition.name)
  if (slot === undefined) {
    slot = new Slot(definition.name)
    slots.set(definition.name, slot)
  }
  return createHandle(slot, definition)
}
