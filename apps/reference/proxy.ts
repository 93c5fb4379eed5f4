import { NextResponse, type NextRequest } from 'next/server'

/** Gives every request an id, or keeps the one that came with it, and answers with it. */
export function proxy(request: NextRequest): NextResponse {
  const given = request.headers.get('x-request-id')
  const id = given && /^[\w.-]{1,64}$/.test(given) ? given : crypto.randomUUID()
  const headers = new Headers(request.headers)
  headers.set('x-request-id', id)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('x-request-id', id)
  return response
}

// The webhook's body is read by its handler alone, and static files need no id.
export const config = { matcher: ['/((?!_next/|api/webhooks/).*)'] }
