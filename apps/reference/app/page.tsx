import { formatPrice } from '@/lib/format-price'
import prisma from '@/lib/prisma'

export const dynamic = 'force-dynamic'

export default async function Home() {
  const [products, orderCount] = await Promise.all([
    prisma.product.findMany({ orderBy: { name: 'asc' } }),
    prisma.order.count(),
  ])
  return (
    <>
      <h1>Products</h1>
      <p className="muted">{orderCount} orders so far.</p>
      <ul className="cards">
        {products.map((product) => (
          <li key={product.sku} className="card">
            <h2>{product.name}</h2>
            <p className="number">{formatPrice(product.priceCents)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
