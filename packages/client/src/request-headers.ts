import type { RequestContextInput } from './with-request-context.ts'

/** A request of the web (`Request`) or of Node.js (`IncomingMessage`), as far as it is used here. */
export interface RequestWithHeaders {
  readonly headers: WebHeaders | NodeHeaders
}

/** `Headers`, and what is like it. */
export interface WebHeaders {
  get(name: string): string | null
}

/** The headers of a request of Node.js. */
export type NodeHeaders = Readonly<Record<string, string | string[] | undefined>>

// What a header of a stranger may bring into logs and comments.
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/
// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/**
 * The id and the trace of a request, as its headers tell: `x-request-id`, else the id of the trace in
 * `traceparent`. What is malformed, or too long, is left out.
 *
 * @internal
 */
export function contextOfHeaders({ headers }: RequestWithHeaders): RequestContextInput {
  const requestId = headerOf(headers, 'x-request-id')
  const traceparent = headerOf(headers, 'traceparent')
  const traceId = TRACEPARENT.exec(traceparent)?.[1]
  const id = REQUEST_ID.test(requestId) ? requestId : traceId
  return {
    ...(id !== undefined && { requestId: id }),
    ...(traceId !== undefined && { traceparent }),
  }
}

function headerOf(headers: RequestWithHeaders['headers'], name: string): string {
  const value = isOfTheWeb(headers) ? headers.get(name) : headers[name]
  return typeof value === 'string' ? value : ''
}

function isOfTheWeb(headers: WebHeaders | NodeHeaders): headers is WebHeaders {
  return typeof headers.get === 'function'
}
