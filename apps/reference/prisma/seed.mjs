import { runScript } from '@oneprisma/client/script'
import { hash } from 'bcryptjs'
import prisma from '@/lib/prisma'

const PRODUCTS = [
  { sku: 'mug', name: 'Mug with a handle', priceCents: 1400 },
  { sku: 'pool', name: 'Paddling pool', priceCents: 3900 },
  { sku: 'key', name: 'Foreign key', priceCents: 700 },
]
const USERS = [
  { email: 'admin@example.com', name: 'Ada', role: 'ADMIN' },
  { email: 'customer@example.com', name: 'Carl', role: 'CUSTOMER' },
]

await runScript(async () => {
  await seed()
  console.log('Seeded.')
})

/** Makes what is missing and changes nothing that is there, so it can run at any time. */
async function seed() {
  await prisma.product.createMany({ data: PRODUCTS, skipDuplicates: true })
  // A password for development alone; `npm start` prints it.
  const passwordHash = await hash('correct horse battery', 10)
  await prisma.user.createMany({
    data: USERS.map((user) => ({ ...user, passwordHash })),
    skipDuplicates: true,
  })

  const customer = await prisma.user.findUniqueOrThrow({ where: { email: USERS[1].email } })
  if ((await prisma.order.count({ where: { userId: customer.id } })) > 0) return
  await prisma.order.create({
    data: {
      userId: customer.id,
      totalCents: 3500,
      items: {
        create: [
          { sku: 'mug', quantity: 2 },
          { sku: 'key', quantity: 1 },
        ],
      },
    },
  })
}
