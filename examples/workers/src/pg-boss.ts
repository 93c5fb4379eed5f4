import { runWorker } from '@oneprisma/client/script'
import PgBoss from 'pg-boss'
import { shipOrder, type ShipOrder } from './ship-order.ts'

const QUEUE = 'ship-order'

await runWorker(async () => {
  const boss = new PgBoss({ connectionString: process.env['DATABASE_URL'] ?? '', max: 1 })
  // Without a listener, an error of its polling would end the process.
  boss.on('error', console.error)
  await boss.start()
  await boss.createQueue(QUEUE)
  await boss.work<ShipOrder>(QUEUE, async ([job]) => {
    if (job !== undefined) await shipOrder(job.data)
  })
  console.log('Worker ready.')

  return {
    stop: async () => {
      console.log('Worker stops.')
      await boss.offWork(QUEUE)
      // `stop` would overlook a job that is being fetched now. On one connection, this is answered
      // after that.
      await boss.getQueueSize(QUEUE)
      // It fails what takes longer, so that it runs again: less than the 20 seconds of runWorker.
      await boss.stop({ timeout: 15_000 })
    },
  }
})
