import { z } from 'zod'
import { HttpError } from './http-error'
import prisma from './prisma'

export const newOrder = z.object({
  note: z.string().trim().max(500).optional(),
  items: z
    .array(z.object({ sku: z.string().min(1), quantity: z.number().int().min(1).max(99) }))
    .min(1)
    .max(50)
    .refine((items) => new Set(items.map((item) => item.sku)).size === items.length, {
      error: 'A product may be listed once; raise its quantity instead.',
    }),
})

/** Places an order at today's prices. */
export async function placeOrder(userId: string, order: z.infer<typeof newOrder>) {
  const products = await prisma.product.findMany({
    where: { sku: { in: order.items.map((item) => item.sku) } },
  })
  const prices = new Map(products.map((product) => [product.sku, product.priceCents]))
  const totalCents = order.items.reduce((total, { sku, quantity }) => {
    const price = prices.get(sku)
    if (price === undefined) throw new HttpError(400, `There is no product ${sku}.`)
    return total + price * quantity
  }, 0)

  return prisma.order.create({
    data: { userId, totalCents, note: order.note ?? null, items: { create: order.items } },
    include: { items: true },
  })
}
