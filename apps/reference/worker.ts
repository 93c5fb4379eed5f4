import { run } from 'graphile-worker'
import { runWorker } from '@oneprisma/client/script'
import { sendPaymentReceipt } from '@/lib/payment-receipt'

// Takes what the webhook enqueues, until a signal ends it.
await runWorker(async () => {
  const runner = await run({
    connectionString: process.env.DATABASE_URL,
    concurrency: 2,
    noHandleSignals: true,
    parsedCronItems: [],
    // Else `stop` does not wait until the last job is recorded as done.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    taskList: { payment_receipt: sendPaymentReceipt },
  })
  console.log('Worker ready.')
  return { stop: () => runner.stop(), ended: runner.promise }
})
