import { sharePrisma } from '@oneprisma/client'
import { pgPool, type PgPoolOptions } from '@oneprisma/client/pg'
import { telemetry } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import type { MemberClient } from './operations.ts'

export type MemberClientClass = new (options: object) => MemberClient

type Variant = (PrismaClient: MemberClientClass, url: string) => MemberClient

const bare: Variant = (PrismaClient, url) =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) })

/** What is compared, each in a process of its own, for an AsyncLocalStorage slows all of a process. */
export const VARIANTS = {
  bare,
  'bare again': bare,
  'with everything': shared({}),
  'with names in transactions too': shared({ preparedInTransactions: true }),
  'with everything but names': shared({ preparedStatements: 'never' }),
} satisfies Readonly<Record<string, Variant>>

/** The name of a variant. */
export type VariantName = keyof typeof VARIANTS

/** A shared client with `observe`, telemetry, and the pool settings of `pgPool`. */
function shared(options: PgPoolOptions): Variant {
  return (PrismaClient, url) =>
    sharePrisma(
      ({ observe }) => {
        const pool = pgPool(url, { max: 1, ...options })
        return new PrismaClient({
          adapter: observe(new PrismaPg(pool.config, pool.options)),
          transactionOptions: pool.transactionOptions,
        })
      },
      { telemetry: telemetry() },
    )
}
