import { contextFrom } from '@oneprisma/client/context'
import { NextResponse, type NextRequest } from 'next/server'

/** Gives every page and server action an id, or keeps the one that came, and answers with it. */
export function proxy(request: NextRequest): NextResponse {
  const id = contextFrom(request).requestId ?? crypto.randomUUID()
  const headers = new Headers(request.headers)
  headers.set('x-request-id', id)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('x-request-id', id)
  return response
}

// API routes do so by themselves (`withContext`), and static files need no id. The webhook's body, too,
// is read by its handler alone.
export const config = { matcher: ['/((?!_next/|api/).*)'] }
