import { Queue as BullQueue } from 'bullmq'
import type { ShipOrder } from '../src/ship-order.ts'
import type { Queue } from './queue.ts'

/** The queue of BullMQ. */
export function bullmqQueue(url: string): Queue {
  const queue = new BullQueue<ShipOrder>('ship-order', { connection: { url } })
  return {
    add: async (orderId) => {
      await queue.add('ship-order', { orderId })
    },
    jobs: async () => {
      const [done, waiting] = await Promise.all([queue.getCompleted(), queue.getWaiting()])
      return {
        done: done.map(({ data }) => data.orderId),
        waiting: waiting.map(({ data }) => data.orderId),
      }
    },
    close: () => queue.close(),
  }
}
