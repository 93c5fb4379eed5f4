import { checkHealth, type Health, type HealthOptions } from './check-health.ts'

/** What is used of the response of an API route under `pages/api`. */
export interface PagesResponse {
  status(code: number): PagesResponse
  setHeader(name: string, value: string): unknown
  json(body: unknown): void
}

/** The handlers of one question, for both routers of Next.js. */
export interface HealthRoute {
  /** For the app router: `export const { GET } = readinessRoute(prisma)`. */
  readonly GET: () => Promise<Response>
  /** For the pages router: `export default readinessRoute(prisma).handler`. */
  readonly handler: (request: unknown, response: PagesResponse) => Promise<void>
}

/**
 * Answers whether requests may be sent here: 200 while the database answers, else 503, and 503 from
 * the moment that the client drains. Point the readiness probe or the load balancer at it.
 */
export function readinessRoute<Client extends object>(
  prisma: Client,
  options: HealthOptions<Client> = {},
): HealthRoute {
  return routeOf(async () => checkHealth(prisma, options))
}

/**
 * Answers whether the process lives: 200 whenever its event loop turns. It asks no database, for a
 * restart of the process mends none.
 */
export function livenessRoute(): HealthRoute {
  return routeOf(async () => ({ state: 'alive' }))
}

function routeOf(ask: () => Promise<Health | { readonly state: 'alive' }>): HealthRoute {
  // An answer of yesterday is no health, and what is not ready may be so in a second.
  const answer = async (): Promise<{
    code: number
    headers: Record<string, string>
    body: object
  }> => {
    const body = await ask()
    const isGood = body.state === 'alive' || body.state === 'ready'
    return {
      code: isGood ? 200 : 503,
      headers: { 'Cache-Control': 'no-store', ...(isGood ? {} : { 'Retry-After': '1' }) },
      body,
    }
  }
  return {
    GET: async () => {
      const { code, headers, body } = await answer()
      return Response.json(body, { status: code, headers })
    },
    handler: async (_request, response) => {
      const { code, headers, body } = await answer()
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      response.status(code).json(body)
    },
  }
}
