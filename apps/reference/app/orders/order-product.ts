'use server'

import { contextFrom, withActionContext } from '@oneprisma/client/context'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { currentUser } from '@/lib/access'
import { newOrder, placeOrder } from '@/lib/orders'

async function order(form: FormData): Promise<void> {
  const user = await currentUser()
  if (!user) throw new Error('Sign in first.')

  const item = { sku: form.get('sku'), quantity: Number(form.get('quantity')) }
  await placeOrder(user.id, newOrder.parse({ items: [item] }))
  revalidatePath('/orders')
}

/** Orders one product for whoever is signed in. The form checks its input too; this does not trust it. */
export const orderProduct = withActionContext(order, async () => ({
  ...contextFrom({ headers: await headers() }),
  route: 'orderProduct',
}))
