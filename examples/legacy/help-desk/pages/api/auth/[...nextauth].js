import NextAuth from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { PrismaAdapter } from '@next-auth/prisma-adapter'
import { PrismaPg } from '@prisma/adapter-pg'
import { compare } from 'bcryptjs'
import { PrismaClient } from '@/generated/prisma'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })

export const authOptions = {
  adapter: PrismaAdapter(prisma),
  session: { strategy: 'jwt' },
  providers: [
    CredentialsProvider({
      name: 'Email and password',
      credentials: {
        email: { label: 'Email', type: 'email' },
        password: { label: 'Password', type: 'password' },
      },
      async authorize(credentials) {
        const user = await prisma.user.findUnique({ where: { email: credentials.email } })
        if (!user?.passwordHash) return null
        const ok = await compare(credentials.password, user.passwordHash)
        return ok ? { id: String(user.id), name: user.name, email: user.email } : null
      },
    }),
  ],
  callbacks: {
    async session({ session, token }) {
      const user = await prisma.user.findUnique({ where: { id: Number(token.sub) } })
      return {
        ...session,
        user: { ...session.user, id: user.id, plan: user.plan, isAgent: user.isAgent },
      }
    },
  },
}

export default NextAuth(authOptions)
