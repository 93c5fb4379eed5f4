// A process with one client in it, which does what it is told over IPC. It is a process of its own
// so that it can be stopped, and so that an error that nobody caught ends it and is seen.
import { setTimeout as delay } from 'node:timers/promises'
import { drain, sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { classifyError, withRetry } from '@oneprisma/client/retry'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Answer, Call, Load, Outcome, Request, SubjectSettings } from './protocol.ts'

interface Transaction {
  readonly entry: { create(args: { data: { token: string } }): Promise<unknown> }
  $queryRawUnsafe(sql: string): Promise<unknown>
}

/** The part of the generated client that is used. */
interface Client extends Transaction {
  readonly user: { findMany(args: { take: number }): Promise<unknown> }
  $transaction(
    run: (tx: Transaction) => Promise<unknown>,
    options?: { timeout: number },
  ): Promise<unknown>
  $disconnect(): Promise<void>
}

type ClientClass = new (options: object) => Client

// The parent passes its settings in the environment.
const settings = JSON.parse(process.env['FAULT_SUBJECT'] ?? '{}') as SubjectSettings
// The client that the bench has generated.
const { PrismaClient } = (await import(settings.generated)) as { PrismaClient: ClientClass }
const client = settings.variant === 'oneprisma' ? shared() : bare()

process.on('message', (request: Request) => {
  void answer(request).then((outcomes) => {
    process.send?.({ no: request.no, outcomes } satisfies Answer)
  })
})
process.send?.('ready')

function shared(): Client {
  const { url, applicationName, max, acquireTimeoutMs, queryTimeoutMs } = settings
  const retry = { deadlineMs: settings.retryDeadlineMs }
  return sharePrisma(({ observe }) => {
    const { config, options, transactionOptions } = pgPool(url, {
      applicationName,
      max,
      acquireTimeoutMs,
      queryTimeoutMs,
    })
    const adapter = observe(withRetry(new PrismaPg(config, options), retry))
    return new PrismaClient({ adapter, transactionOptions })
  })
}

function bare(): Client {
  const { url: connectionString, applicationName: application_name, max } = settings
  return new PrismaClient({ adapter: new PrismaPg({ connectionString, application_name, max }) })
}

async function answer(request: Request): Promise<Outcome[]> {
  if ('call' in request) return [await outcomeOf(request.call)]
  return carry(request.load)
}

async function carry(load: Load): Promise<Outcome[]> {
  const running: Array<Promise<Outcome>> = []
  const startedAt = performance.now()
  const calls = [
    ...due(load.readsPerSecond, load.seconds, () => ({ do: 'read' }) as const),
    ...due(
      load.writesPerSecond,
      load.seconds,
      (number) => ({ do: 'write', token: `${load.prefix}${number}` }) as const,
    ),
  ].toSorted((one, other) => one.atMs - other.atMs)
  for (const { atMs, call } of calls) {
    const wait = startedAt + atMs - performance.now()
    if (wait > 0) await delay(wait)
    running.push(outcomeOf(call))
  }
  return Promise.all(running)
}

function due(
  perSecond: number,
  seconds: number,
  call: (number: number) => Call,
): Array<{ atMs: number; call: Call }> {
  return Array.from({ length: perSecond * seconds }, (_, number) => ({
    atMs: (number * 1_000) / perSecond,
    call: call(number),
  }))
}

async function outcomeOf(call: Call): Promise<Outcome> {
  const at = Date.now()
  const start = performance.now()
  const timer = new AbortController()
  const hung = delay(settings.hungAfterMs, 'hung' as const, { signal: timer.signal })
  hung.catch(() => {})
  try {
    const value = await Promise.race([run(call).then((result) => ({ result })), hung])
    const ms = performance.now() - start
    if (value === 'hung') return { call, at, ms, isHung: true }
    return { call, at, ms, isHung: false, value: call.do === 'pid' ? value.result : undefined }
  } catch (error) {
    const message = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : ''
    const ms = performance.now() - start
    return { call, at, ms, isHung: false, error: { ...classifyError(error), message } }
  } finally {
    timer.abort()
  }
}

async function run(call: Call): Promise<unknown> {
  switch (call.do) {
    case 'read':
      return client.user.findMany({ take: 1 })
    case 'write':
      return client.entry.create({ data: { token: call.token } })
    case 'transaction':
      return client.$transaction(
        async (tx) => {
          await tx.entry.create({ data: { token: `${call.token}a` } })
          if (call.sleepMs !== undefined) await tx.$queryRawUnsafe(sleepFor(call.sleepMs))
          await tx.entry.create({ data: { token: `${call.token}b` } })
        },
        call.timeoutMs === undefined ? undefined : { timeout: call.timeoutMs },
      )
    case 'sleep':
      return client.$queryRawUnsafe(sleepFor(call.sleepMs))
    case 'stall':
      for (const end = Date.now() + call.stallMs; Date.now() < end;);
      return undefined
    case 'close':
      return settings.variant === 'oneprisma'
        ? drain(client, { timeoutMs: 3_000 })
        : client.$disconnect()
    case 'pid':
      return client.$queryRawUnsafe('SELECT pg_backend_pid() AS pid')
  }
}

function sleepFor(ms: number): string {
  return `SELECT 1 FROM pg_sleep(${ms / 1_000})`
}
