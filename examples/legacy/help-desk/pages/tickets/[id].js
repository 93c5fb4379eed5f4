import Link from 'next/link'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@/generated/prisma'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

export async function getServerSideProps({ params }) {
  const ticket = await prisma.ticket.findUnique({
    where: { id: Number(params.id) || 0 },
    include: {
      customer: { select: { name: true } },
      comments: { orderBy: { id: 'asc' }, include: { author: { select: { name: true } } } },
    },
  })
  if (!ticket) return { notFound: true }
  return { props: { ticket: JSON.parse(JSON.stringify(ticket)) } }
}

export default function Ticket({ ticket }) {
  return (
    <>
      <Link href="/">All tickets</Link>
      <h1>{ticket.title}</h1>
      <p>
        {ticket.customer.name}, {ticket.status.toLowerCase()}
      </p>
      <p>{ticket.body}</p>
      <ul>
        {ticket.comments.map((comment) => (
          <li key={comment.id}>
            {comment.author.name}: {comment.text}
          </li>
        ))}
      </ul>
    </>
  )
}
