import PgBoss from 'pg-boss'
import type { Queue } from './queue.ts'

const QUEUE = 'ship-order'

/** The queue of pg-boss, in a database that its worker has prepared. */
export async function pgBossQueue(url: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  boss.on('error', console.error)
  await boss.start()
  const ids = new Map<string, number>()
  return {
    add: async (orderId, tx) => {
      const db = tx && {
        executeSql: async (sql: string, values: unknown[]) => ({
          rows: await tx.$queryRawUnsafe<unknown[]>(sql, ...values),
        }),
      }
      const id = await boss.send(QUEUE, { orderId }, db === undefined ? {} : { db })
      ids.set(String(id), orderId)
    },
    jobs: async () => {
      const jobs = await Promise.all([...ids.keys()].map((id) => boss.getJobById(QUEUE, id)))
      const inState = (state: string): number[] =>
        jobs.flatMap((job) => (job?.state === state ? [ids.get(job.id) ?? Number.NaN] : []))
      return { done: inState('completed'), waiting: inState('created') }
    },
    close: () => boss.stop({ graceful: false }),
  }
}
