import { run } from 'graphile-worker'
import { disconnect } from '@oneprisma/client'
import { sendPaymentReceipt } from '@/lib/payment-receipt'
import prisma from '@/lib/prisma'

// Takes what the webhook enqueues, until a signal ends it.
const runner = await run({
  connectionString: process.env.DATABASE_URL,
  concurrency: 2,
  noHandleSignals: true,
  parsedCronItems: [],
  taskList: { payment_receipt: sendPaymentReceipt },
})

let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return
    isStopping = true
    void runner.stop()
  })
}
console.log('Worker ready.')

try {
  await runner.promise
} finally {
  await disconnect(prisma)
}
