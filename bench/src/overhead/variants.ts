import { sharePrisma } from '@oneprisma/client'
import { pgPool, type PgPoolOptions } from '@oneprisma/client/pg'
import { telemetry } from '@oneprisma/client/telemetry'
import { PrismaPg } from '@prisma/adapter-pg'
import type { MemberClient } from './operations.ts'

export type MemberClientClass = new (options: object) => MemberClient

type Variant = (PrismaClient: MemberClientClass, url: string) => MemberClient

const bare: Variant = (PrismaClient, url) =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) })

/** What is compared. */
export const VARIANTS = {
  bare,
  'bare again': bare,
  'with everything': shared('everything', {}),
  'with names in transactions too': shared('transactions', { preparedInTransactions: true }),
  'with everything but names': shared('unnamed', { preparedStatements: 'never' }),
} satisfies Readonly<Record<string, Variant>>

/** The name of a variant. */
export type VariantName = keyof typeof VARIANTS

const ignore = (): void => {}
// Its statements are no slower for where the lines go.
const logger = { error: ignore, warn: ignore, info: ignore, debug: ignore }

/** A shared client with `observe`, telemetry, and the pool settings of `pgPool`. */
function shared(name: string, options: PgPoolOptions): Variant {
  return (PrismaClient, url) =>
    sharePrisma(
      ({ observe }) => {
        const pool = pgPool(url, { max: 1, ...options })
        return new PrismaClient({
          adapter: observe(new PrismaPg(pool.config, pool.options)),
          transactionOptions: pool.transactionOptions,
        })
      },
      { name, telemetry: telemetry({ log: { logger } }) },
    )
}
