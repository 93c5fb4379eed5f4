import { runWorker } from '@oneprisma/client/script'
import { Worker } from 'bullmq'
import { shipOrder, type ShipOrder } from './ship-order.ts'

await runWorker(async () => {
  const worker = new Worker<ShipOrder>('ship-order', (job) => shipOrder(job.data), {
    connection: { url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
  })
  // Without a listener, a connection that is lost for a moment would end the process.
  worker.on('error', console.error)
  await worker.waitUntilReady()
  console.log('Worker ready.')

  return {
    stop: () => {
      console.log('Worker stops.')
      return worker.close()
    },
  }
})
