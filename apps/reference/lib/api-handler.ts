import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'
import { ZodError, type ZodType } from 'zod'
import { Prisma } from '../generated/prisma/client'
import { HttpError } from './http-error'

type Method = 'GET' | 'POST' | 'PATCH'

/** Makes an API route of one function a method: errors become honest status codes. */
export function apiHandler(methods: Partial<Record<Method, NextApiHandler>>): NextApiHandler {
  return async (request, response) => {
    // A method that is not listed finds nothing here.
    const handle = methods[request.method as Method]
    if (handle === undefined) {
      response.setHeader('Allow', Object.keys(methods).join(', '))
      response.status(405).json({ error: `${request.method} is not supported here.` })
      return
    }
    try {
      await handle(request, response)
    } catch (error) {
      answerError(error, request, response)
    }
  }
}

/** Reads a JSON body, or throws what becomes 415 or 400. */
export function parseBody<Body>(request: NextApiRequest, schema: ZodType<Body>): Body {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new HttpError(415, 'Send the body as application/json.')
  }
  return schema.parse(request.body)
}

function answerError(error: unknown, request: NextApiRequest, response: NextApiResponse): void {
  if (error instanceof HttpError) {
    response.status(error.status).json({ error: error.message })
  } else if (error instanceof ZodError) {
    const fields = error.issues.map((issue) => ({
      field: issue.path.join('.'),
      message: issue.message,
    }))
    response.status(400).json({ error: 'The request is not valid.', fields })
  } else if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
    response.status(409).json({ error: 'There is one with that value already.' })
  } else {
    console.error(`${request.method} ${request.url?.split('?')[0]} failed:`, nameOf(error))
    response.status(500).json({ error: 'Something went wrong on our side.' })
  }
}

// Messages of Prisma hold the arguments of a call, which may be personal.
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name
}
