import { withContext } from '@oneprisma/client/context'
import NextAuth from 'next-auth'
import { authOptions } from '@/lib/auth-options'

export default withContext(NextAuth(authOptions), { route: '/api/auth/[...nextauth]' })
