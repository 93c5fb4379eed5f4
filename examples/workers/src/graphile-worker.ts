import { runWorker } from '@oneprisma/client/script'
import { run } from 'graphile-worker'
import { shipOrder, type ShipOrder } from './ship-order.ts'

await runWorker(async () => {
  const runner = await run({
    connectionString: process.env['DATABASE_URL'] ?? '',
    concurrency: 2,
    // The process has one handler of signals, that of runWorker.
    noHandleSignals: true,
    parsedCronItems: [],
    // Without a batch, be it of one, `stop` does not wait until the last job is recorded as done: it
    // would stay locked for four hours, and run again.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    // What is added as `ship_order` has this payload.
    taskList: { ship_order: (payload) => shipOrder(payload as ShipOrder) },
  })
  console.log('Worker ready.')

  return {
    stop: () => {
      console.log('Worker stops.')
      return runner.stop()
    },
    ended: runner.promise,
  }
})
