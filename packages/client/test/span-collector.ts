import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as it came in, its attributes as plain values. */
export interface ExportedSpan {
  readonly scope: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: ReadonlyArray<{
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }>
  /** `2` is an error. */
  readonly status: { readonly code?: number; readonly message?: string }
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

// The JSON of https://opentelemetry.io/docs/specs/otlp/, as far as the tests look at it.
interface Export {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{
      readonly scope: { readonly name: string }
      readonly spans: ReadonlyArray<
        Omit<ExportedSpan, 'attributes' | 'events'> & {
          readonly attributes: readonly Attribute[]
          readonly events: ReadonlyArray<{
            readonly name: string
            readonly attributes: Attribute[]
          }>
        }
      >
    }>
  }>
}

/** A collector of OpenTelemetry that listens on a port, takes traces over HTTP, and keeps them. */
export class SpanCollector {
  readonly #server: Server
  readonly #bodies: string[] = []

  private constructor() {
    this.#server = createServer((request, response) => void this.#keep(request, response))
  }

  static async open(): Promise<SpanCollector> {
    const collector = new SpanCollector()
    collector.#server.listen(0, '127.0.0.1')
    await once(collector.#server, 'listening')
    return collector
  }

  get url(): string {
    // A server that listens on a port has an address of this kind.
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/v1/traces`
  }

  /** Everything that came in since it was last asked for, as it came. */
  take(): { readonly bytes: string; readonly spans: ExportedSpan[] } {
    const bodies = this.#bodies.splice(0)
    return { bytes: bodies.join('\n'), spans: bodies.flatMap(spansOf) }
  }

  async #keep(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#bodies.push(await text(request))
    response.setHeader('content-type', 'application/json').end('{}')
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function spansOf(body: string): ExportedSpan[] {
  // The tests fail where it is not of this shape.
  const { resourceSpans } = JSON.parse(body) as Export
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...span,
        scope: scope.name,
        attributes: valuesOf(span.attributes),
        events: span.events.map((event) => ({
          name: event.name,
          attributes: valuesOf(event.attributes),
        })),
      })),
    ),
  )
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
