import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { context, propagation, SpanKind, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { PrismaPg as PrismaPg616 } from 'prisma-adapter-pg-6-16'
import { PrismaPg as PrismaPg619 } from 'prisma-adapter-pg-6-19'
import { PrismaPg as PrismaPg70 } from 'prisma-adapter-pg-7-0'
import { PrismaPg as PrismaPg710 } from '@prisma/adapter-pg'
import { PrismaInstrumentation } from '@prisma/instrumentation'
import pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'
import { withContext, withRequestContext } from '../src/context.ts'
import { disconnect, sharePrisma, status as statusOf } from '../src/index.ts'
import { connectionWaitNoter } from '../src/connection-wait-noter.ts'
import { repairPrismaSpans } from '../src/opentelemetry.ts'
import { pgPool } from '../src/pg.ts'
import { deferred, forgetSharedClients } from './fake-client.ts'
import { telemetry } from '../src/telemetry.ts'
import { getPrismaClientClass as client616 } from './prisma-versions/client-6-16.ts'
import { getPrismaClientClass as client619 } from './prisma-versions/client-6-19.ts'
import { getPrismaClientClass as client70 } from './prisma-versions/client-7-0.ts'
import { getPrismaClientClass as client710 } from './prisma-versions/client-7-10.ts'
import type { PrismaSpan, SpanCallback, TracingHelper } from '../src/tracing-helper.ts'
import { SpanCollector, type ExportedSpan } from './span-collector.ts'

/** The part of the generated clients that the tests use, alike in every version. */
interface Client {
  readonly item: {
    create(args: object): Promise<{ id: number }>
    count(): Promise<number>
    findUnique(args: { where: { id: number } }): Promise<{ label: string } | null>
  }
  $queryRawUnsafe(sql: string, ...values: unknown[]): Promise<unknown>
  $transaction<Result>(
    run: (tx: Client) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>
}

type ClientClass = new (options: object) => Client
type AdapterClass = new (config: object, options?: object) => object

const VERSIONS: Array<[version: string, client: (folder: string) => unknown, adapter: unknown]> = [
  ['6.16', client616, PrismaPg616],
  ['6.19', client619, PrismaPg619],
  ['7.0', client70, PrismaPg70],
  ['7.10', client710, PrismaPg710],
]

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`
const ERROR = 2

const instrumentation = new PrismaInstrumentation({ enabled: false })
let collector: SpanCollector
let provider: NodeTracerProvider
const undos: Array<() => void> = []

beforeAll(async () => {
  await sql(`CREATE SCHEMA traces;
    CREATE TABLE traces."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)`)
  collector = await SpanCollector.open()
  const exporter = new OTLPTraceExporter({ url: collector.url })
  provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
  provider.register()
})
afterAll(async () => {
  await provider.shutdown()
  await collector.close()
  await sql('DROP SCHEMA traces CASCADE')
})
beforeEach(async () => {
  forgetSharedClients()
  instrumentation.enable()
  await sql('TRUNCATE traces."Item" RESTART IDENTITY')
})
afterEach(async () => {
  for (const undo of undos.splice(0)) undo()
  instrumentation.disable()
  await exported()
})

function repair(options?: Parameters<typeof repairPrismaSpans>[0]): () => void {
  const undo = repairPrismaSpans(options)
  undos.push(undo)
  return undo
}

function share(getClass: unknown = client710, Adapter: unknown = PrismaPg710): Client {
  // The fixtures are generated without their types; the tests prove the shape by using it.
  const Class = (getClass as (folder: string) => ClientClass)(import.meta.dirname)
  const PrismaPg = Adapter as AdapterClass
  return sharePrisma(({ observe }) => {
    const { config, options } = pgPool(`${inject('databaseUrl')}?schema=traces&connection_limit=3`)
    return new Class({ adapter: observe(new PrismaPg(config, options)) })
  })
}

function runInChildSpan(span: PrismaSpan): void {
  const { helper } = Reflect.get(globalThis, 'V7_PRISMA_INSTRUMENTATION') as {
    helper: TracingHelper
  }
  helper.runInChildSpan(span, () => {})
}

async function withClient(run: (prisma: Client) => Promise<unknown>): Promise<void> {
  const prisma = share()
  try {
    await run(prisma)
  } finally {
    await disconnect(prisma)
  }
}

/** What the collector has got, once everything that has ended was sent. */
async function exported(): Promise<{ bytes: string; spans: ExportedSpan[] }> {
  await provider.forceFlush()
  return collector.take()
}

async function spansOf(run: (prisma: Client) => Promise<unknown>): Promise<ExportedSpan[]> {
  await withClient(run)
  const { spans } = await exported()
  return spans
}

function named(spans: ExportedSpan[], name: string): ExportedSpan {
  const found = spans.filter((span) => span.name === name)
  expect(found, `spans named ${name}`).toHaveLength(1)
  return found[0] as ExportedSpan
}

/** Runs a server with a span for each request, as an instrumentation of HTTP makes them. */
async function served(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  headers: Record<string, string>,
): Promise<void> {
  const server = createServer((request, response) => {
    const incoming = propagation.extract(context.active(), request.headers)
    trace
      .getTracer('test-http')
      .startActiveSpan('GET', { kind: SpanKind.SERVER }, incoming, (span) => {
        response.on('close', () => span.end())
        handler(request, response)
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers })
    expect(await answer.text()).toBe('done')
  } finally {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}

async function sql(text: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** What there is to tell of a failure, without what else a span has. */
function failureOf({ attributes, events, status }: ExportedSpan): object {
  return {
    type: attributes['error.type'],
    database: attributes['db.response.status_code'],
    events,
    status,
  }
}

function failure(name: string, type: string, message: string, database?: string): object {
  const exception = { 'exception.type': name, 'exception.message': message }
  return {
    type,
    database,
    events: [{ name: 'exception', attributes: exception }],
    status: { code: ERROR, message },
  }
}

const NO_FAILURE = { type: undefined, database: undefined, events: [], status: { code: 0 } }

describe.each(VERSIONS)('repairPrismaSpans on Prisma %s', (_, getClass, Adapter) => {
  let prisma: Client
  beforeEach(() => {
    prisma = share(getClass, Adapter)
    repair()
  })
  afterEach(() => disconnect(prisma))

  it('tells of a constraint that was violated, on each span that the error went through', async () => {
    await prisma.item.create({ data: { label: 'taken' } })
    await exported()

    await expect(prisma.item.create({ data: { label: 'taken' } })).rejects.toMatchObject({
      code: 'P2002',
    })

    const { spans } = await exported()
    const operation = named(spans, 'prisma:client:operation')
    const query = named(spans, 'prisma:client:db_query')
    const message = 'constraint_violation P2002 23505'
    expect(failureOf(operation)).toEqual(
      failure('PrismaClientKnownRequestError', 'P2002', message, '23505'),
    )
    expect(failureOf(query)).toEqual(failure('UserFacingError', 'P2002', message, '23505'))
    expect(query.parentSpanId).toBe(operation.spanId)
    expect(failureOf(named(spans, 'prisma:client:serialize'))).toEqual(NO_FAILURE)
  })

  it('tells of a raw query that the database refused', async () => {
    await expect(prisma.$queryRawUnsafe('SELECT $1::int', 'word')).rejects.toThrow(/word/)

    const { spans } = await exported()
    expect(failureOf(named(spans, 'prisma:client:operation'))).toEqual(
      failure('PrismaClientKnownRequestError', 'P2010', 'P2010 22P02', '22P02'),
    )
    expect(failureOf(named(spans, 'prisma:client:db_query'))).toMatchObject({
      type: 'P2010',
      database: '22P02',
      status: { code: ERROR },
    })
  })

  it('tells of a transaction that took too long', async () => {
    const late = prisma.$transaction(
      async (tx) => {
        await tx.$queryRawUnsafe('SELECT pg_sleep(0.4)::text')
        return tx.item.count()
      },
      { timeout: 100 },
    )
    await expect(late).rejects.toMatchObject({ code: 'P2028' })

    const { spans } = await exported()
    const told = failure('PrismaClientKnownRequestError', 'P2028', 'transaction_closed P2028')
    const transaction = named(spans, 'prisma:client:transaction')
    const operations = spans.filter(({ name }) => name === 'prisma:client:operation')
    expect(failureOf(transaction)).toEqual(told)
    expect(operations.map(failureOf)).toEqual([NO_FAILURE, told])
    expect(operations.map(({ parentSpanId }) => parentSpanId)).toEqual([
      transaction.spanId,
      transaction.spanId,
    ])
  })
})

describe('repairPrismaSpans', () => {
  it('leaves what succeeds as it is, apart from the request', async () => {
    repair()

    const spans = await spansOf((prisma) => prisma.item.count())

    expect(spans.map(failureOf)).toEqual(spans.map(() => NO_FAILURE))
    expect(named(spans, 'prisma:client:operation').attributes).toEqual({
      method: 'count',
      model: 'Item',
      name: 'Item.count',
    })
  })

  it('hands the error through untouched', async () => {
    repair()
    const error = new Error('no')

    await withClient(async (prisma) => {
      await expect(prisma.$transaction(() => Promise.reject(error))).rejects.toBe(error)
    })
  })

  it.each([
    ['an error of the user', new TypeError('no'), 'TypeError', 'TypeError'],
    ['an error of a driver', { code: 'ECONNREFUSED' }, 'connection_refused', '_OTHER'],
    ['an error with a secret for a name', { name: 'pass word' }, '_OTHER', '_OTHER'],
    ['what is no error', undefined, '_OTHER', '_OTHER'],
  ])('names %s by its class', async (_, error, type, name) => {
    repair()

    const spans = await spansOf(async (prisma) => {
      await prisma.$transaction(() => Promise.reject(error)).catch(() => {})
    })

    const { attributes, events } = named(spans, 'prisma:client:transaction')
    expect(attributes['error.type']).toBe(type)
    expect(events[0]?.attributes['exception.type']).toBe(name)
  })

  it('ends a span whose code throws at once, which Prisma never does', async () => {
    const refused = async (prisma: Client): Promise<void> => {
      await expect(prisma.item.create({ data: { unknown: 1 } })).rejects.toThrow(/unknown/)
    }
    expect((await spansOf(refused)).map(({ name }) => name)).not.toContain('prisma:client:compile')
    repair()

    const spans = await spansOf(refused)

    expect(named(spans, 'prisma:client:compile').status.code).toBe(ERROR)
    expect(failureOf(named(spans, 'prisma:client:operation'))).toEqual(
      failure(
        'PrismaClientValidationError',
        'PrismaClientValidationError',
        'PrismaClientValidationError',
      ),
    )
  })

  it('exports no value of an argument, whatever fails', async () => {
    repair()
    const secret = 'hunter2'
    const data = { label: secret }
    const failures: string[] = []
    const attempt = async (run: () => Promise<unknown>): Promise<void> => {
      await run().catch((error: unknown) => failures.push(String(error)))
    }

    await withClient(async (prisma) => {
      await prisma.item.create({ data })
      await attempt(() => prisma.item.create({ data }))
      await attempt(() => prisma.item.create({ data: { label: 1, unknown: secret } }))
      await attempt(() => prisma.$queryRawUnsafe('SELECT $1::int', secret))
      await attempt(() => prisma.$transaction(() => Promise.reject(new Error(secret))))
      await attempt(() =>
        prisma.$transaction(() =>
          Promise.reject(Object.assign(new Error(), { name: `${secret}!` })),
        ),
      )
      await attempt(() => prisma.$transaction((tx) => tx.item.create({ data })))
    })

    const { bytes, spans } = await exported()
    expect(failures.filter((message) => message.includes(secret)).length).toBeGreaterThan(3)
    expect(spans.filter(({ status }) => status.code === ERROR).length).toBeGreaterThan(6)
    expect(bytes).not.toContain(secret)
  })

  it('tells of the request on the spans of operations and transactions, and on no other', async () => {
    repair()

    const spans = await spansOf((prisma) =>
      withRequestContext(
        {
          requestId: 'request-1',
          route: '/api/items/[id]',
          user: 'ada',
          tenant: 'acme',
          tags: { queue: 'mail' },
        },
        () => prisma.$transaction((tx) => tx.item.count()),
      ),
    )

    const request = {
      'oneprisma.request.id': 'request-1',
      'http.route': '/api/items/[id]',
      'oneprisma.tenant': 'acme',
      'oneprisma.tag.queue': 'mail',
    }
    expect(named(spans, 'prisma:client:operation').attributes).toEqual({
      method: 'count',
      model: 'Item',
      name: 'Item.count',
      ...request,
    })
    expect(named(spans, 'prisma:client:transaction').attributes).toEqual({
      method: '$transaction',
      ...request,
    })
    const others = spans.filter(({ name }) => !/:(?:operation|transaction)$/.test(name))
    expect(others.length).toBeGreaterThan(3)
    expect(JSON.stringify(others)).not.toContain('request-1')
  })

  it('tells of the user only where it is asked to', async () => {
    repair({ recordUser: true })

    const spans = await spansOf((prisma) =>
      withRequestContext({ user: 'ada' }, () => prisma.item.count()),
    )

    expect(named(spans, 'prisma:client:operation').attributes).toMatchObject({
      'enduser.id': 'ada',
    })
  })

  it('attributes each of the operations that Prisma merges to its request, and the statement to the first', async () => {
    repair()

    const spans = await spansOf(async (prisma) => {
      await prisma.item.count()
      await exported()
      const find = (id: number) =>
        withRequestContext({ requestId: `request-${id}` }, () =>
          prisma.item.findUnique({ where: { id } }),
        )
      await Promise.all([find(1), find(2)])
    })

    const operations = spans.filter(({ name }) => name === 'prisma:client:operation')
    const query = named(spans, 'prisma:client:db_query')
    const requests = Object.fromEntries(
      operations.map(({ attributes, spanId }) => [attributes['oneprisma.request.id'], spanId]),
    )
    expect(Object.keys(requests).toSorted()).toEqual(['request-1', 'request-2'])
    expect(query.parentSpanId).toBe(requests['request-1'])
  })

  it('keeps the spans of Prisma below that of the server, in the trace that came in', async () => {
    repair()

    await withClient((prisma) =>
      served(
        withContext(async (_request, response) => {
          await prisma.item.count()
          response.end('done')
        }),
        { traceparent: TRACEPARENT },
      ),
    )

    const { spans } = await exported()
    const server = named(spans, 'GET')
    const operation = named(spans, 'prisma:client:operation')
    const query = named(spans, 'prisma:client:db_query')
    expect([server.scope, operation.scope, query.scope]).toEqual(['test-http', 'prisma', 'prisma'])
    expect(server.parentSpanId).toBe('b7ad6b7169203331')
    expect(operation.parentSpanId).toBe(server.spanId)
    expect(query.parentSpanId).toBe(operation.spanId)
    expect(operation.attributes['oneprisma.request.id']).toBe(TRACE_ID)
    const ofRequest = spans.filter(({ name }) => name !== 'prisma:client:disconnect')
    expect(ofRequest.map(({ traceId }) => traceId)).toEqual(ofRequest.map(() => TRACE_ID))
  })

  it('puts the spans into the trace of the request where nothing else makes spans', async () => {
    repair()

    const spans = await spansOf((prisma) =>
      withRequestContext({ traceparent: TRACEPARENT }, () => prisma.item.count()),
    )

    const operation = named(spans, 'prisma:client:operation')
    expect(operation).toMatchObject({ traceId: TRACE_ID, parentSpanId: 'b7ad6b7169203331' })
    expect(named(spans, 'prisma:client:db_query')).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: operation.spanId,
    })
  })

  it('calls SQL Server what OpenTelemetry calls it', async () => {
    repair()

    runInChildSpan({ name: 'db_query', attributes: { 'db.system.name': 'mssql', kept: 1 } })

    const { spans } = await exported()
    expect(named(spans, 'prisma:client:db_query').attributes).toEqual({
      'db.system.name': 'microsoft.sql_server',
      kept: 1,
    })
  })

  it('tells of nothing where the instrumentation leaves a span out', async () => {
    instrumentation.disable()
    const without = new PrismaInstrumentation({ ignoreSpanTypes: ['prisma:client:operation'] })
    repair()

    const spans = await spansOf(async (prisma) => {
      await expect(prisma.$queryRawUnsafe('SELECT no')).rejects.toMatchObject({ code: 'P2010' })
    })

    without.disable()
    expect(spans.map(({ name }) => name)).not.toContain('prisma:client:operation')
    expect(named(spans, 'prisma:client:db_query').status.code).toBe(ERROR)
  })

  it('says nothing to a span that nobody samples', async () => {
    repair()
    const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: '00000001', traceFlags: 0 })
    const setStatus = vi.spyOn(span, 'setStatus')
    const helper = { runInChildSpan: (_: PrismaSpan, callback: SpanCallback) => callback(span) }
    instrumentation.disable()
    Object.assign(globalThis, { PRISMA_INSTRUMENTATION: { helper } })
    repair()

    const failed = helper.runInChildSpan({ name: 'operation' }, () => Promise.reject(new Error()))

    await expect(failed).rejects.toBeInstanceOf(Error)
    expect(setStatus).not.toHaveBeenCalled()
    Reflect.deleteProperty(globalThis, 'PRISMA_INSTRUMENTATION')
  })

  it('refuses an option that is none', () => {
    const options = { recordUser: 'yes' as unknown as boolean }

    expect(() => repairPrismaSpans(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})

/** An instrumentation of another copy or version, as far as a client sees it. */
class ForeignHelper {
  readonly #tracer = trace.getTracer('foreign')

  runInChildSpan(options: { name: string }, callback: SpanCallback): unknown {
    return this.#tracer.startActiveSpan(options.name, async (span) => {
      try {
        return await callback(span)
      } finally {
        span.end()
      }
    })
  }
}

/** Runs code that fails as a client would, and returns how many exceptions its span was told of. */
async function exceptionsTold(name = 'PRISMA_INSTRUMENTATION'): Promise<number> {
  const { helper } = Reflect.get(globalThis, name) as { helper: TracingHelper }
  const span = { name: 'probe' }
  const failing = async (): Promise<never> => {
    throw new Error('no')
  }
  await expect(helper.runInChildSpan(span, failing)).rejects.toThrow('no')
  const { spans } = await exported()
  expect(spans).toHaveLength(1)
  return spans[0]?.events.length ?? -1
}

describe('what repairPrismaSpans changes', () => {
  afterEach(() => {
    for (const name of ['PRISMA_INSTRUMENTATION', 'V6_PRISMA_INSTRUMENTATION']) {
      Reflect.deleteProperty(globalThis, name)
    }
  })

  it('is seen under both names of the helper', async () => {
    repair()

    expect(await exceptionsTold()).toBe(1)
    expect(await exceptionsTold('V7_PRISMA_INSTRUMENTATION')).toBe(1)
  })

  it('is seen where the instrumentation is enabled later', async () => {
    instrumentation.disable()
    repair()
    expect(instrumentation.isEnabled()).toBe(false)

    instrumentation.enable()

    expect(await exceptionsTold()).toBe(1)
  })

  it('is seen where the instrumentation is disabled and enabled again', async () => {
    repair()

    instrumentation.disable()
    expect(instrumentation.isEnabled()).toBe(false)
    instrumentation.enable()

    expect(await exceptionsTold()).toBe(1)
  })

  it('is seen in a helper that is known by the name of its version only', async () => {
    Object.assign(globalThis, { V6_PRISMA_INSTRUMENTATION: { helper: new ForeignHelper() } })
    repair()

    expect(await exceptionsTold('V6_PRISMA_INSTRUMENTATION')).toBe(1)
  })

  it('is seen in another instrumentation after it was called again', async () => {
    repair()
    instrumentation.disable()
    Object.assign(globalThis, { PRISMA_INSTRUMENTATION: { helper: new ForeignHelper() } })
    expect(await exceptionsTold()).toBe(0)

    repair()

    expect(await exceptionsTold()).toBe(1)
  })

  it('is done once, however often it is called, and undone with the last call', async () => {
    const first = repair()
    const second = repair()
    expect(await exceptionsTold()).toBe(1)

    first()
    first()
    expect(await exceptionsTold()).toBe(1)

    second()
    expect(await exceptionsTold()).toBe(0)
  })

  it('goes by the options of the last call that was not undone', async () => {
    repair({ recordUser: true })
    const second = repair()
    const user = async (): Promise<unknown> => {
      const spans = await spansOf((prisma) =>
        withRequestContext({ user: 'ada' }, () => prisma.item.count()),
      )
      return named(spans, 'prisma:client:operation').attributes['enduser.id']
    }
    expect(await user()).toBeUndefined()

    second()

    expect(await user()).toBe('ada')
  })

  it('is done once by two copies of the package, and undone with the last', async () => {
    vi.resetModules()
    const copy = await import('../src/opentelemetry.ts')
    expect(copy.repairPrismaSpans).not.toBe(repairPrismaSpans)
    const ours = repair()
    const theirs = copy.repairPrismaSpans()
    undos.push(theirs)
    expect(await exceptionsTold()).toBe(1)

    ours()
    expect(await exceptionsTold()).toBe(1)

    theirs()
    expect(await exceptionsTold()).toBe(0)
  })

  it('is undone without a trace', () => {
    const { helper } = Reflect.get(globalThis, 'PRISMA_INSTRUMENTATION') as {
      helper: TracingHelper
    }
    const before = Object.getOwnPropertyDescriptor(globalThis, 'PRISMA_INSTRUMENTATION')
    const method = helper.runInChildSpan

    const undo = repair()
    expect(helper.runInChildSpan).not.toBe(method)
    undo()

    expect(helper.runInChildSpan).toBe(method)
    expect(Object.getOwnPropertyDescriptor(globalThis, 'PRISMA_INSTRUMENTATION')).toEqual(before)
    instrumentation.disable()
    repair()()
    expect('PRISMA_INSTRUMENTATION' in globalThis).toBe(false)
  })

  it('hands everything through once undone, where somebody has wrapped it, and is not done twice', async () => {
    const undo = repair()
    const owner = Object.getPrototypeOf(
      Reflect.get(globalThis, 'PRISMA_INSTRUMENTATION').helper,
    ) as TracingHelper
    const repaired = owner.runInChildSpan
    let calls = 0
    owner.runInChildSpan = function (...args) {
      calls++
      return repaired.apply(this, args)
    }

    undo()
    expect(await exceptionsTold()).toBe(0)
    repair()
    expect(await exceptionsTold()).toBe(1)

    expect(calls).toBe(2)
    owner.runInChildSpan = repaired
  })
})

describe('the built entry', () => {
  it('can be imported and required, and takes the `@opentelemetry/api` of the user', () => {
    const source = `
      import { createRequire } from 'node:module'
      const require = createRequire('${import.meta.filename}')
      const { trace } = require('@opentelemetry/api')
      const imported = await import('@oneprisma/client/opentelemetry')
      const required = require('@oneprisma/client/opentelemetry')
      const told = []
      const span = {
        isRecording: () => true, setAttribute: (name) => told.push(name), addEvent() {}, setStatus() {},
      }
      let asked = 0
      trace.getSpan = trace.getActiveSpan = () => { asked++; return span }
      class Helper { runInChildSpan(_, callback) { return callback(span) } }
      const helper = new Helper()
      globalThis.PRISMA_INSTRUMENTATION = { helper }
      imported.repairPrismaSpans()
      await helper.runInChildSpan({ name: 'operation' }, async () => { throw 1 }).catch(() => {})
      console.log(JSON.stringify([imported.repairPrismaSpans === required.repairPrismaSpans, told, asked]))`
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })

    expect(child.stderr).toBe('')
    expect(JSON.parse(child.stdout)).toEqual([true, ['error.type'], 1])
  })
})

describe('connectionWaitNoter', () => {
  async function waitNoted(...waitsMs: number[]): Promise<unknown> {
    trace.getTracer('test-pool').startActiveSpan('query', (span) => {
      for (const waitMs of waitsMs) connectionWaitNoter()?.(waitMs)
      span.end()
    })
    const { spans } = await exported()
    return named(spans, 'query').attributes['oneprisma.connection.wait_ms']
  }

  it('tells the active span of the wait, and sums up several', async () => {
    repair()

    expect(await waitNoted(12.5)).toBe(12.5)
    expect(await waitNoted(10, 0, 20.25)).toBe(30.25)
  })

  it('does nothing where nobody asked for repairs, or no span is active', async () => {
    expect(await waitNoted(5)).toBeUndefined()

    const undo = repair()
    connectionWaitNoter()?.(5)
    undo()

    expect(await waitNoted(5)).toBeUndefined()
    expect((await exported()).spans).toEqual([])
  })

  it('is told of waits by telemetry, on the span of the statement and of the transaction', async () => {
    repair()
    const Class = (client710 as unknown as (folder: string) => ClientClass)(import.meta.dirname)
    const prisma = sharePrisma(
      ({ observe }) => {
        const { config, options } = pgPool(`${inject('databaseUrl')}?schema=traces`, { max: 1 })
        return new Class({ adapter: observe(new PrismaPg710(config, options)) })
      },
      { telemetry: telemetry({ log: false }) },
    )
    const [held, entered] = [deferred<void>(), deferred<void>()]
    const holder = prisma.$transaction(async (tx) => {
      await tx.item.count()
      entered.resolve()
      await held.promise
    })
    await entered.promise
    await exported()
    const waiting = Promise.all([prisma.item.count(), prisma.$transaction((tx) => tx.item.count())])
    await expect.poll(() => statusOf(prisma).pool?.waiting).toBe(2)
    held.resolve()
    await Promise.all([holder, waiting])

    const { spans } = await exported()
    const waited = spans.filter(({ attributes }) => 'oneprisma.connection.wait_ms' in attributes)
    expect(waited.map(({ name }) => name).toSorted()).toEqual([
      'prisma:client:db_query',
      'prisma:client:start_transaction',
    ])
    await disconnect(prisma)
  })
})
