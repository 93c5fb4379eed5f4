import nodemailer from 'nodemailer'
import prisma from './prisma'

export interface Mail {
  readonly recipient: string
  readonly subject: string
  readonly text: string
  /** Makes the mail one of its kind: a second with this key is not kept. */
  readonly key?: string
}

/** Whether mail is kept in the database, for a page to show, instead of being sent. */
function keepsMail(): boolean {
  return !process.env.EMAIL_SERVER
}

/** Sends a mail through EMAIL_SERVER, or keeps it in the local outbox where there is none. */
export async function sendMail(mail: Mail): Promise<void> {
  const { key, recipient, subject, text } = mail
  if (keepsMail()) {
    await prisma.outboxMail.createMany({
      data: { key: key ?? null, recipient, subject, text },
      skipDuplicates: true,
    })
    return
  }
  const transport = nodemailer.createTransport(process.env.EMAIL_SERVER)
  const from = process.env.EMAIL_FROM ?? 'shop@example.com'
  await transport.sendMail({ from, to: recipient, subject, text, messageId: key })
}
