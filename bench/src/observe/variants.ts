import { AsyncLocalStorage } from 'node:async_hooks'
import { withRequestContext } from '@oneprisma/client/context'
import { sharePrisma } from '@oneprisma/client'
import { telemetry } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Client, ClientClass } from './client.ts'

/** A client as a variant sets it up, and what it runs the queries of a request in. */
export interface Setup {
  readonly client: Client
  readonly request: <Result>(run: () => Promise<Result>) => Promise<Result>
}

type Variant = (PrismaClient: ClientClass, url: string) => Promise<Setup>

const adapter = (url: string): PrismaPg => new PrismaPg({ connectionString: url, max: 1 })
const inNoContext: Setup['request'] = (run) => run()

const bare: Variant = async (PrismaClient, url) => ({
  client: new PrismaClient({ adapter: adapter(url) }),
  request: inNoContext,
})

/** What is compared, each in a process of its own, for an AsyncLocalStorage slows all of a process. */
export const VARIANTS = {
  bare,
  'bare again': bare,
  'bare, in a request scope': async (PrismaClient, url) => {
    const scope = new AsyncLocalStorage<object>()
    return {
      client: new PrismaClient({ adapter: adapter(url) }),
      request: (run) => scope.run({ requestId: requestId() }, run),
    }
  },
  oneprisma: async (PrismaClient, url) => shared(PrismaClient, url, false),
  'oneprisma, comments': async (PrismaClient, url) => shared(PrismaClient, url, true),
  'three plugins of Prisma': async (PrismaClient, url) => {
    const { queryTags, withQueryTags } = await import('@prisma/sqlcommenter-query-tags')
    const { traceContext } = await import('@prisma/sqlcommenter-trace-context')
    const { prismaQueryInsights } = await import('@prisma/sqlcommenter-query-insights')
    return {
      client: new PrismaClient({
        adapter: adapter(url),
        comments: [queryTags(), traceContext(), prismaQueryInsights()],
      }),
      request: (run) => withQueryTags({ route: '/users/[id]', requestId: requestId() }, run),
    }
  },
  'OpenTelemetry for pg and Prisma': async (PrismaClient, url) => {
    const { registerInstrumentations } = await import('@opentelemetry/instrumentation')
    const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg')
    const { PrismaInstrumentation } = await import('@prisma/instrumentation')
    const { BatchSpanProcessor, InMemorySpanExporter, NodeTracerProvider } =
      await import('@opentelemetry/sdk-trace-node')
    const { trace } = await import('@opentelemetry/api')
    const exporter = new InMemorySpanExporter()
    const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
    provider.register()
    registerInstrumentations({
      instrumentations: [new PgInstrumentation(), new PrismaInstrumentation()],
    })
    const { PrismaPg: Patched } = await import('@prisma/adapter-pg')
    const tracer = trace.getTracer('bench')
    return {
      client: new PrismaClient({ adapter: new Patched({ connectionString: url, max: 1 }) }),
      request: (run) =>
        tracer.startActiveSpan('request', async (span) => {
          try {
            return await run()
          } finally {
            span.end()
            exporter.reset()
          }
        }),
    }
  },
} satisfies Readonly<Record<string, Variant>>

/** The name of a variant. */
export type VariantName = keyof typeof VARIANTS

/** Everything on that is on by default, with a context, and comments where asked for. */
function shared(PrismaClient: ClientClass, url: string, comments: boolean): Setup {
  const client = sharePrisma(
    ({ observe }) => new PrismaClient({ adapter: observe(adapter(url)) }),
    { telemetry: telemetry({ comments: comments && { app: 'bench', release: '1' } }) },
  )
  return {
    client,
    request: (run) => withRequestContext({ requestId: requestId(), route: '/users/[id]' }, run),
  }
}

function requestId(): string {
  return globalThis.crypto.randomUUID()
}
