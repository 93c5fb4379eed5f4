import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextApiRequest, NextApiResponse } from 'next'
import { getServerSession, type Session } from 'next-auth'
import { authOptions } from './auth-options'
import { HttpError } from './http-error'

type SignedIn = Session['user']

/** Returns who is signed in, or throws what becomes 401. */
export async function requireUser(
  request: NextApiRequest,
  response: NextApiResponse,
): Promise<SignedIn> {
  const session = await getServerSession(request, response, authOptions)
  if (!session) throw new HttpError(401, 'Sign in first.')
  return session.user
}

/** Throws what becomes 403 unless the user is an administrator or the owner. */
export function requireAccess(user: SignedIn, ownerId?: string): void {
  if (user.role === 'ADMIN' || user.id === ownerId) return
  throw new HttpError(403, 'You may not see this.')
}

/** Who is signed in, in a page, a server action or a route handler of the app router. */
export async function currentUser(): Promise<SignedIn | undefined> {
  return (await getServerSession(authOptions))?.user
}

/** In production, how the process is doing is for administrators only. */
export async function maySeeStatus(): Promise<boolean> {
  return process.env.NODE_ENV !== 'production' || (await currentUser())?.role === 'ADMIN'
}

/** The outbox holds sign-in links: outside of development it is shown to administrators, if kept. */
export async function maySeeOutbox(): Promise<boolean> {
  return !process.env.EMAIL_SERVER && (await maySeeStatus())
}

/**
 * The metrics tell names of models, and how busy the shop is. In production they are for whoever has
 * the token of METRICS_TOKEN, as Prometheus sends it; without one, for nobody.
 */
export function mayScrape(request: Request): boolean {
  if (process.env.NODE_ENV !== 'production') return true
  const token = process.env.METRICS_TOKEN
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  if (!token || given === undefined) return false
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
