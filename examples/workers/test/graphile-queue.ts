import { makeWorkerUtils } from 'graphile-worker'
import type { Queue } from './queue.ts'

/** The queue of graphile-worker, which records that a job is done by deleting it. */
export async function graphileQueue(url: string): Promise<Queue> {
  const utils = await makeWorkerUtils({ connectionString: url })
  const added = new Set<number>()
  return {
    add: async (orderId, tx) => {
      if (tx === undefined) {
        await utils.addJob('ship_order', { orderId }, { jobKey: String(orderId) })
      } else {
        await tx.$queryRaw`
          SELECT id FROM graphile_worker.add_job(
            'ship_order', json_build_object('orderId', ${orderId}::int), job_key => ${String(orderId)})`
      }
      added.add(orderId)
    },
    jobs: async () => {
      const waiting = await utils.withPgClient(async (client) => {
        const { rows } = await client.query<{ key: string }>('SELECT key FROM graphile_worker.jobs')
        return rows.map(({ key }) => Number(key))
      })
      return { done: [...added].filter((id) => !waiting.includes(id)), waiting }
    },
    close: async () => {
      await utils.release()
    },
  }
}
