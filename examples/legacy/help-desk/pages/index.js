import Link from 'next/link'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'

export async function getServerSideProps() {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
  })
  const tickets = await prisma.ticket.findMany({
    where: { status: { not: 'CLOSED' } },
    orderBy: { id: 'asc' },
    select: { id: true, title: true, status: true, customer: { select: { name: true } } },
  })
  return { props: { tickets } }
}

export default function Home({ tickets }) {
  return (
    <>
      <h1>Help desk</h1>
      <p>{tickets.length} tickets are not closed.</p>
      <ul>
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <Link href={`/tickets/${ticket.id}`}>{ticket.title}</Link> by {ticket.customer.name}{' '}
            <small>{ticket.status.toLowerCase()}</small>
          </li>
        ))}
      </ul>
    </>
  )
}
