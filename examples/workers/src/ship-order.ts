import { prisma } from './prisma.ts'

/** What the job of each queue carries. */
export interface ShipOrder {
  readonly orderId: number
}

/** Ships an order and tells the customer: two units of work, as most jobs have several. */
export async function shipOrder({ orderId }: ShipOrder): Promise<void> {
  await prisma.order.update({ where: { id: orderId }, data: { shippedAt: new Date() } })
  await prisma.mail.create({ data: { orderId, text: `Order ${orderId} is on its way.` } })
}
