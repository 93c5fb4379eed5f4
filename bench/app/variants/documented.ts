import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/client'
import { traced } from './trace'

export const edit = 0

// The pattern of the documentation: the client is kept outside of production only.
const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient }

const prisma =
  globalForPrisma.prisma ??
  traced(
    new PrismaClient({
      adapter: new PrismaPg({
        connectionString: process.env.DATABASE_URL,
        application_name: process.env.BENCH_NAME,
      }),
    }),
  )
if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma

export function clientOfRoute() {
  return prisma
}

export const readiness = undefined
export async function endWithServer(): Promise<void> {}
