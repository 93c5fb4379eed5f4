import { requestContext } from '@oneprisma/client/context'
import { z } from 'zod'
import prisma from './prisma'

export const paymentEvent = z.object({
  id: z.string().min(1).max(100),
  type: z.enum(['payment.succeeded', 'payment.refunded']),
  orderId: z.string().min(1).max(100),
  occurredAt: z.iso.datetime(),
})

/** What became of an event: `stale` if the order had already heard of something later. */
export type Outcome = 'applied' | 'duplicate' | 'stale' | 'unknown order'

/**
 * Takes one event of the payment provider, which may come twice, at the same time, late and in any
 * order. Its row, the order's new state and the job for the worker are written in one transaction.
 */
export async function takePaymentEvent(event: z.infer<typeof paymentEvent>): Promise<Outcome> {
  const { id, type, orderId } = event
  const occurredAt = new Date(event.occurredAt)
  const requestId = requestContext()?.requestId ?? null
  const isRefund = type === 'payment.refunded'

  return prisma.$transaction(async (tx) => {
    // Whoever changes an order holds it until the end of the transaction, so its events queue up.
    const orders = await tx.$queryRaw<unknown[]>`
      SELECT id FROM "Order" WHERE id = ${orderId} FOR UPDATE`
    if (orders.length === 0) return 'unknown order'

    const inserted = await tx.paymentEvent.createMany({
      data: { id, type, orderId, occurredAt, applied: false },
      skipDuplicates: true,
    })
    if (inserted.count === 0) return 'duplicate'

    // A refund wins over a payment of the same moment.
    const isLater = isRefund ? { lte: occurredAt } : { lt: occurredAt }
    const changed = await tx.order.updateMany({
      where: { id: orderId, OR: [{ statusAt: null }, { statusAt: isLater }] },
      data: { status: isRefund ? 'REFUNDED' : 'PAID', statusAt: occurredAt },
    })
    if (changed.count === 0) return 'stale'

    await tx.paymentEvent.update({ where: { id }, data: { applied: true } })
    await tx.$executeRaw`
      SELECT graphile_worker.add_job(
        'payment_receipt',
        json_build_object('eventId', ${id}::text, 'requestId', ${requestId}::text),
        job_key := ${`receipt:${id}`})`
    return 'applied'
  })
}
