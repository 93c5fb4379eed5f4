import { OnePrismaError } from './errors.ts'
import { requireNumber } from './options.ts'
import { settlesWithin } from './timeout.ts'

/** What is used of the context that a Worker gets with each request. */
export interface ExecutionContext {
  waitUntil(task: Promise<unknown>): void
}

/** What is used of a PrismaClient. */
export interface RequestClient {
  $disconnect(): Promise<void>
}

/** Options of `runWithPrisma`. */
export interface RunWithPrismaOptions {
  /**
   * How long closing the client may take, in milliseconds. Cloudflare itself ends what is left of a
   * request 30 seconds after its response.
   *
   * @default 5_000
   */
  readonly closeTimeoutMs?: number
}

const DEFAULT_CLOSE_TIMEOUT_MS = 5_000

/**
 * Runs a request with a client of its own, and closes the client when it has ended, after the
 * response. A Worker must not use the connections of another request, so a client is never shared
 * there; Hyperdrive or another pooler keeps the connections to the database.
 *
 * The client is closed when `run` has settled: whatever a response streams later must not use it.
 * Where closing fails, the response stands, and Cloudflare logs the error.
 *
 * @example
 * export default {
 *   fetch: (request, env, ctx) =>
 *     runWithPrisma(ctx, () => createPrisma(env), async (prisma) =>
 *       Response.json(await prisma.user.findMany()),
 *     ),
 * }
 *
 * @throws OnePrismaError `INVALID_OPTION`, and whatever `create` and `run` throw; the promise that
 * `ctx.waitUntil` gets rejects with `CLOSE_TIMEOUT` where closing took too long
 */
export async function runWithPrisma<Client extends RequestClient, Result>(
  ctx: ExecutionContext,
  create: () => Client,
  run: (prisma: Client) => Result | PromiseLike<Result>,
  options: RunWithPrismaOptions = {},
): Promise<Result> {
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  requireNumber('closeTimeoutMs', closeTimeoutMs, 0)
  const prisma = create()
  try {
    return await run(prisma)
  } finally {
    await closeAfterResponse(ctx, close(prisma, closeTimeoutMs))
  }
}

async function closeAfterResponse(ctx: ExecutionContext, closed: Promise<void>): Promise<void> {
  try {
    ctx.waitUntil(closed)
  } catch {
    // Then it is closed before the response, which stands whether that succeeds or not.
    await Promise.allSettled([closed])
  }
}

async function close(prisma: RequestClient, timeoutMs: number): Promise<void> {
  if (await settlesWithin(prisma.$disconnect(), timeoutMs)) return
  throw new OnePrismaError(
    'CLOSE_TIMEOUT',
    `The client of a request did not close within ${timeoutMs} ms.`,
  )
}
