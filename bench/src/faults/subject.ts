// A process with one client in it, which does what it is told over IPC. It is a process of its own
// so that it can be stopped, and so that an error that nobody caught ends it and is seen.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { drain } from '@oneprisma/client'
import { classifyError } from '@oneprisma/client/retry'
import { closeOnSignal } from '@oneprisma/client/script'
import type pg from 'pg'
import type { Answer, Call, Load, Outcome, Request, SubjectSettings } from './protocol.ts'
import { subjectClient } from './subject-client.ts'

// The parent passes its settings in the environment.
const settings = JSON.parse(process.env['FAULT_SUBJECT'] ?? '{}') as SubjectSettings
const isOurs = settings.variant === 'oneprisma'
const client = await subjectClient(settings)
if (isOurs) closeOnSignal(() => drain(client))

process.on('message', (request: Request) => {
  const make = async (call: Call): Promise<void> => {
    send({ no: request.no, started: call })
    send({ no: request.no, outcome: await outcomeOf(call) })
  }
  const done = 'call' in request ? make(request.call) : carry(request.load, make)
  void done.then(() => send({ no: request.no, isDone: true }))
})
process.send?.('ready')

function send(answer: Answer): void {
  process.send?.(answer)
}

async function carry(load: Load, make: (call: Call) => Promise<void>): Promise<void> {
  const running: Array<Promise<void>> = []
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
    running.push(make(call))
  }
  await Promise.all(running)
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
    case 'leak':
      return client.$transaction(() => new Promise(() => {}), { timeout: call.timeoutMs })
    case 'updateTwo':
      return client.$transaction(async (tx) => {
        if (call.lockTimeoutMs !== undefined) {
          await tx.$executeRawUnsafe(`SET LOCAL lock_timeout = ${call.lockTimeoutMs}`)
        }
        for (const id of [call.first, call.second]) {
          await tx.user.update({ where: { id }, data: { email: `changed${id}@example.com` } })
        }
      })
    case 'stall': {
      const transaction = run({ do: 'transaction', token: call.token })
      for (const end = Date.now() + call.stallMs; Date.now() < end;);
      return transaction
    }
    case 'evaluate':
      return evaluateAgain(call.times)
    case 'threads':
      return readInThreads(call.count)
    case 'foreignPool':
      return readThroughForeignPool(call.folder)
    case 'close':
      return isOurs ? drain(client, { timeoutMs: 3_000 }) : client.$disconnect()
    case 'pid':
      return client.$queryRawUnsafe('SELECT pg_backend_pid() AS pid')
  }
}

/** What hot reloads and bundles do: each copy of the module has a client of its own, or the one. */
async function evaluateAgain(times: number): Promise<void> {
  const copies = Array.from({ length: times }, () => subjectClient(settings))
  for (const copy of copies) await (await copy).user.findMany({ take: 1 })
}

async function readInThreads(count: number): Promise<void> {
  const thread = new URL('./subject-thread.ts', import.meta.url).href
  // A worker thread does not load TypeScript by itself.
  const code = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import('${thread}') })`
  await Promise.all(
    Array.from({ length: count }, () => {
      const worker = new Worker(code, { eval: true, workerData: settings })
      return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
    }),
  )
}

async function readThroughForeignPool(folder: string): Promise<unknown> {
  // Another copy of the package, with the same types.
  const foreign = createRequire(join(folder, 'noop.js'))('pg') as typeof pg
  const pool = new foreign.Pool({ connectionString: settings.url })
  return (await subjectClient(settings, pool)).user.findMany({ take: 1 })
}

function sleepFor(ms: number): string {
  return `SELECT 1 FROM pg_sleep(${ms / 1_000})`
}
