import Link from 'next/link'
import { currentUser } from '@/lib/access'
import { formatPrice } from '@/lib/format-price'
import prisma from '@/lib/prisma'
import { orderProduct } from './order-product'

export const dynamic = 'force-dynamic'

export default async function Orders() {
  const user = await currentUser()
  if (!user) {
    return (
      <>
        <h1>Orders</h1>
        <p>
          <Link href="/api/auth/signin?callbackUrl=/orders" prefetch={false}>
            Sign in
          </Link>{' '}
          to see and place orders.
        </p>
      </>
    )
  }

  const [products, orders] = await Promise.all([
    prisma.product.findMany({ orderBy: { name: 'asc' } }),
    prisma.order.findMany({
      where: { userId: user.id },
      include: { items: { include: { product: true } } },
      orderBy: { createdAt: 'desc' },
      take: 20,
    }),
  ])
  return (
    <>
      <h1>Orders</h1>
      <form action={orderProduct} className="row">
        <label>
          Product{' '}
          <select name="sku">
            {products.map((product) => (
              <option key={product.sku} value={product.sku}>
                {product.name}, {formatPrice(product.priceCents)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Quantity{' '}
          <input type="number" name="quantity" min="1" max="99" defaultValue="1" required />
        </label>
        <button type="submit">Order</button>
      </form>
      <ul className="cards">
        {orders.map((order) => (
          <li key={order.id} className="card">
            <p>
              <strong className="number">{formatPrice(order.totalCents)}</strong>{' '}
              <span className="tag">{order.status.toLowerCase()}</span>
            </p>
            <p>{order.items.map((item) => `${item.quantity} × ${item.product.name}`).join(', ')}</p>
            <p className="muted">{order.createdAt.toISOString().slice(0, 16).replace('T', ' ')}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
