import type { RequestContextInput } from './with-request-context.ts'

/**
 * A request of the web (`Request`), of Node.js (`IncomingMessage`) or of Fastify, as far as it is used
 * here.
 */
export interface RequestWithHeaders {
  /** `Headers` or their like, or an object with names in small letters, as Node.js writes them. */
  readonly headers:
    | { get(name: string): string | null }
    | Readonly<Record<string, string | string[] | undefined>>
}

type Headers = RequestWithHeaders['headers']

// What a header of a stranger may bring into logs, comments and responses.
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/
// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/**
 * What the headers of a request tell of it: the id from `x-request-id`, else that of the trace in
 * `traceparent`, and the trace. What is malformed or longer than 128 characters is left out.
 *
 * @example
 * // A server action, whose request is not among its arguments
 * contextFrom({ headers: await headers() })
 */
export function contextFrom({ headers }: RequestWithHeaders): RequestContextInput {
  const requestId = headerOf(headers, 'x-request-id')
  const traceparent = headerOf(headers, 'traceparent')
  const traceId = TRACEPARENT.exec(traceparent)?.[1]
  const id = REQUEST_ID.test(requestId) ? requestId : traceId
  return {
    ...(id !== undefined && { requestId: id }),
    ...(traceId !== undefined && { traceparent }),
  }
}

/**
 * Whether a value is a request whose headers can be read.
 *
 * @internal
 */
export function hasHeaders(value: unknown): value is RequestWithHeaders {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return false
  return typeof value.headers === 'object' && value.headers !== null
}

function headerOf(headers: Headers, name: string): string {
  const value = isOfTheWeb(headers) ? headers.get(name) : headers[name]
  return typeof value === 'string' ? value : ''
}

function isOfTheWeb(headers: Headers): headers is Extract<Headers, { get(name: string): unknown }> {
  return typeof headers.get === 'function'
}
