import { runScript } from '@oneprisma/client/script'
import { prisma } from './prisma.ts'
import { shipOrder } from './ship-order.ts'

await runScript(async ({ signal }) => {
  signal.addEventListener('abort', () => console.log('The script stops.'))
  const waiting = await prisma.order.findMany({
    where: { shippedAt: null },
    orderBy: { id: 'asc' },
  })
  for (const { id } of waiting) {
    // A signal ends it between two orders.
    signal.throwIfAborted()
    await shipOrder({ orderId: id })
  }
})
