import { withRequestContext } from '@oneprisma/client/context'
import { z } from 'zod'
import { sendMail } from './mail'
import prisma from './prisma'

const payload = z.object({ eventId: z.string(), requestId: z.string().nullish() })

/** Sends the receipt for a payment event. A job that runs again sends no second one. */
export async function sendPaymentReceipt(job: unknown): Promise<void> {
  const { eventId, requestId } = payload.parse(job)
  await withRequestContext({ requestId, route: 'payment_receipt' }, async () => send(eventId))
}

async function send(eventId: string): Promise<void> {
  const event = await prisma.paymentEvent.findUniqueOrThrow({
    where: { id: eventId },
    include: { order: { include: { user: true } } },
  })
  if (event.handledAt !== null) return

  const amount = (event.order.totalCents / 100).toFixed(2)
  const isRefund = event.type === 'payment.refunded'
  await sendMail({
    key: `receipt:${event.id}`,
    recipient: event.order.user.email,
    subject: isRefund ? 'Your refund' : 'Your receipt',
    text: `${isRefund ? 'We returned' : 'We received'} €${amount} for order ${event.orderId}.\n`,
  })
  await prisma.paymentEvent.update({ where: { id: eventId }, data: { handledAt: new Date() } })
}
