import { PrismaAdapter } from '@next-auth/prisma-adapter'
import { compare } from 'bcryptjs'
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import EmailProvider from 'next-auth/providers/email'
import { z } from 'zod'
import prisma from './prisma'
import { sendMail } from './mail'

// NextAuth keeps sessions in the database for e-mail, and supports signed tokens only for
// credentials. AUTH_STRATEGY=credentials chooses the second.
const usesCredentials = process.env.AUTH_STRATEGY === 'credentials'

// Compared with when there is no such user, so that the time of an answer does not tell.
const NO_PASSWORD_HASH = '$2b$10$hnS8cYGH0F8wCqLepw8LXuQ71b3a4ALqrDq6EldKi5wlRriW8VNWK'

const credentials = z.object({ email: z.email().toLowerCase(), password: z.string().max(72) })

export const authOptions: NextAuthOptions = {
  adapter: PrismaAdapter(prisma),
  session: { strategy: usesCredentials ? 'jwt' : 'database' },
  providers: [usesCredentials ? byCredentials() : byEmail()],
  callbacks: {
    jwt({ token, user }) {
      return user ? { ...token, id: user.id, role: user.role } : token
    },
    session({ session, user, token }) {
      const { id, role } = usesCredentials ? token : user
      return { ...session, user: { ...session.user, id, role } }
    },
  },
}

function byEmail() {
  return EmailProvider({
    from: process.env.EMAIL_FROM ?? 'shop@example.com',
    server: process.env.EMAIL_SERVER ?? 'smtp://outbox.invalid',
    sendVerificationRequest: ({ identifier, url }) =>
      sendMail({
        recipient: identifier,
        subject: 'Sign in to the shop',
        text: `Sign in with this link, which works once:\n${url}\n`,
      }),
  })
}

function byCredentials() {
  return CredentialsProvider({
    credentials: { email: { label: 'E-mail' }, password: { label: 'Password', type: 'password' } },
    async authorize(input) {
      const parsed = credentials.safeParse(input)
      if (!parsed.success) return null

      const user = await prisma.user.findUnique({ where: { email: parsed.data.email } })
      const matches = await compare(parsed.data.password, user?.passwordHash ?? NO_PASSWORD_HASH)
      return user && matches ? user : null
    },
  })
}
