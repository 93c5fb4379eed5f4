import { requestContext } from './with-request-context.ts'

const ID_HEADER = 'x-request-id'

/** A response of Node.js, which those of Express and of Next.js's pages router are too. */
interface NodeResponse {
  setHeader(name: string, value: string): unknown
}

/** Fastify's. */
interface Reply {
  header(name: string, value: string): unknown
}

/**
 * Puts the id of the request into the head of the response that a handler gets, where it can be
 * changed yet.
 *
 * @internal
 */
export function tellOfId(response: unknown): void {
  const id = requestContext()?.requestId
  if (id === undefined) return

  try {
    if (isNodeResponse(response)) response.setHeader(ID_HEADER, id)
    else if (isReply(response)) response.header(ID_HEADER, id)
  } catch {
    // A head that was sent, or an id that no header can carry, must not fail the request.
  }
}

/**
 * Returns the response that a handler returned with the id of the request in its head, unless the
 * handler put one there. Anything else than a response is returned as it is.
 *
 * @internal
 */
export function withId<Result>(result: Result): Result {
  const id = requestContext()?.requestId
  if (id === undefined || !isWebResponse(result) || result.headers.has(ID_HEADER)) return result

  try {
    result.headers.set(ID_HEADER, id)
    return result
  } catch {
    return copyWithId(result, id)
  }
}

/** For the responses of `fetch` and `Response.redirect`, whose heads cannot be changed. */
function copyWithId<Result extends Response>(response: Result, id: string): Result {
  try {
    const copy = new Response(response.body, response)
    copy.headers.set(ID_HEADER, id)
    // Classes derived from Response make heads that can be changed, so this one is none of them.
    return copy as Result
  } catch {
    // As above; a response that stands for an error of the network cannot be copied either.
    return response
  }
}

function isNodeResponse(value: unknown): value is NodeResponse {
  return isObject(value) && 'setHeader' in value && typeof value.setHeader === 'function'
}

function isReply(value: unknown): value is Reply {
  return isObject(value) && 'header' in value && typeof value.header === 'function'
}

// Frameworks and polyfills bring classes of their own, so the parts are looked at.
function isWebResponse(value: unknown): value is Response {
  if (!isObject(value) || !('headers' in value) || !('status' in value)) return false
  const { headers } = value
  return isObject(headers) && 'has' in headers && 'set' in headers && 'append' in headers
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
