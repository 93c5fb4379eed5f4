import type { Failure } from '../gap.ts'
import { parsePrometheus, MetricsFormatError, type MetricSample } from './parse-prometheus.ts'

/** A place with the metrics of one process. */
export interface Endpoint {
  /** How it is told of: host, port and path, without user, password and query. */
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The arm that the process belongs to, where that was said. */
  readonly arm: string | undefined
}

export interface ScrapeOptions {
  readonly timeoutMs: number
  /** Gives it up at once. */
  readonly stop: AbortSignal
}

const MAX_BYTES = 32 * 1024 * 1024

/** Asks for metrics. What goes wrong is part of the answer: a gap is data. */
export async function scrape(
  { url, headers }: Endpoint,
  { timeoutMs, stop }: ScrapeOptions,
): Promise<readonly MetricSample[] | Failure> {
  try {
    const response = await fetch(url, {
      headers: { ...headers, accept: 'text/plain;version=0.0.4' },
      // A page to sign in is no place with metrics, and a password goes nowhere else.
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]),
    })
    if (!response.ok) {
      await response.body?.cancel()
      return { code: 'SCRAPE_REFUSED', message: `it answers with status ${response.status}` }
    }
    return parsePrometheus(await textOf(response))
  } catch (error) {
    if (error instanceof MetricsFormatError) {
      return { code: 'SCRAPE_UNREADABLE', message: error.message }
    }
    return { code: 'SCRAPE_FAILED', message: reasonOf(error, timeoutMs) }
  }
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Node's streams are iterable; the types of the web know it only of some.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES / 1024 / 1024} MB`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it cannot be reached'
  if (error.name === 'TimeoutError') return `it does not answer within ${timeoutMs} ms`
  // What `fetch` says is "fetch failed"; the cause is what has happened.
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.name === 'Error' ? error.message : 'it cannot be reached'
}
