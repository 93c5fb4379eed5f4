import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/client'
import { traced } from './trace'

export const edit = 0

/** Every route has a client of its own. */
export function clientOfRoute() {
  return traced(
    new PrismaClient({
      adapter: new PrismaPg({
        connectionString: process.env.DATABASE_URL,
        application_name: process.env.BENCH_NAME,
      }),
    }),
  )
}

export const readiness = undefined
export async function endWithServer(): Promise<void> {}
