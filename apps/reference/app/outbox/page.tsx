import { notFound } from 'next/navigation'
import { maySeeOutbox } from '@/lib/access'
import prisma from '@/lib/prisma'

export const dynamic = 'force-dynamic'

export default async function Outbox() {
  if (!(await maySeeOutbox())) notFound()

  const mails = await prisma.outboxMail.findMany({ orderBy: { id: 'desc' }, take: 50 })
  return (
    <>
      <h1>Outbox</h1>
      <p className="muted">Mail that was kept instead of sent, because EMAIL_SERVER is not set.</p>
      <ul className="cards">
        {mails.map((mail) => (
          <li key={mail.id} className="card">
            <p>
              <strong>{mail.subject}</strong> <span className="muted">to {mail.recipient}</span>
            </p>
            <p className="mail">{linked(mail.text)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

/** The text with its addresses as links. */
function linked(text: string) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    // Every second part is what the expression caught.
    index % 2 === 1 ? (
      <a key={part} href={part}>
        {part}
      </a>
    ) : (
      part
    ),
  )
}
