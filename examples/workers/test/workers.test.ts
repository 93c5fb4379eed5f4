import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bullmqQueue } from './bullmq-queue.ts'
import { graphileQueue } from './graphile-queue.ts'
import { Orders } from './orders.ts'
import { pgBossQueue } from './pg-boss-queue.ts'
import type { Queue } from './queue.ts'
import { RedisServer, runsRedis } from './redis-server.ts'
import { WorkerProgram } from './worker-program.ts'

let postgres: EmbeddedPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

/** A worker that runs, with its database. */
interface Running extends AsyncDisposable {
  readonly orders: Orders
  readonly worker: WorkerProgram
}

async function start(program: string, redis?: RedisServer): Promise<Running> {
  const orders = await Orders.create(postgres, `orders-${++databases}`)
  const worker = new WorkerProgram(program, { DATABASE_URL: orders.url, REDIS_URL: redis?.url })
  await worker.printed('Worker ready.')
  return {
    orders,
    worker,
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]()
      await orders[Symbol.asyncDispose]()
    },
  }
}
let databases = 0

/** What is left of it all once a worker has ended and its sessions too. */
async function outcome({ orders, worker }: Running, queue: Queue): Promise<object> {
  const ending = await worker.ending()
  await orders.noSessions()
  const jobs = await queue.jobs()
  await queue.close()
  return { ...ending, ...jobs, ...(await orders.done()) }
}

/** Sends SIGTERM while the job of order 1 runs, and adds that of order 2 then. */
async function endDuringJob(running: Running, queue: Queue): Promise<object> {
  const { orders, worker } = running
  await orders.whileLocked(1, async () => {
    await queue.add(1)
    await orders.waits()
    worker.send('SIGTERM')
    await worker.printed('Worker stops.')
    await queue.add(2)
  })
  return outcome(running, queue)
}

/** Sends SIGTERM while the worker asks for a job, which is there once it gets an answer. */
async function endDuringFetch(running: Running, queue: Queue, table: string): Promise<object> {
  const { orders, worker } = running
  await orders.whileTableLocked(table, async (tx) => {
    await queue.add(1, tx)
    await orders.waits()
    worker.send('SIGTERM')
    await worker.printed('Worker stops.')
  })
  return outcome(running, queue)
}

const ended = { code: null, signal: 'SIGTERM', stderr: '' }
const finished = { ...ended, done: [1], shipped: [1], told: [1] }

describe('src/pg-boss.ts', () => {
  it('finishes its job after SIGTERM, takes no other, and ends', async () => {
    await using running = await start('pg-boss.ts')
    const queue = await pgBossQueue(running.orders.testUrl)

    expect(await endDuringJob(running, queue)).toEqual({ ...finished, waiting: [2] })
  })

  it('finishes the job that it is asking for when SIGTERM arrives', async () => {
    await using running = await start('pg-boss.ts')
    const queue = await pgBossQueue(running.orders.testUrl)

    expect(await endDuringFetch(running, queue, 'pgboss.job')).toEqual({ ...finished, waiting: [] })
  })
})

describe('src/graphile-worker.ts', () => {
  it('finishes its job after SIGTERM, takes no other, and ends', async () => {
    await using running = await start('graphile-worker.ts')
    const queue = await graphileQueue(running.orders.testUrl)

    expect(await endDuringJob(running, queue)).toEqual({ ...finished, waiting: [2] })
  })

  it('finishes the job that it is asking for when SIGTERM arrives', async () => {
    await using running = await start('graphile-worker.ts')
    const queue = await graphileQueue(running.orders.testUrl)

    const table = 'graphile_worker._private_jobs'
    expect(await endDuringFetch(running, queue, table)).toEqual({ ...finished, waiting: [] })
  })
})

describe('src/bullmq.ts', () => {
  it('finishes its job after SIGTERM, takes no other, and ends', async ({ skip }) => {
    // The reporter names no test that is skipped.
    if (!runsRedis) console.warn('src/bullmq.ts is not tested: redis-server is not installed.')
    skip(!runsRedis, 'redis-server is not installed')
    await using redis = await RedisServer.start()
    await using running = await start('bullmq.ts', redis)
    const queue = bullmqQueue(redis.url)

    expect(await endDuringJob(running, queue)).toEqual({ ...finished, waiting: [2] })
  })
})

describe('RedisServer', () => {
  it('names the package that is missing', async () => {
    await expect(RedisServer.start('no-such-program')).rejects.toThrow(
      'redis-server is not installed. It is the Debian package "redis-server"',
    )
  })
})
