import { sharePrisma, type ShareTools } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { withRetry } from '@oneprisma/client/retry'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import type { SubjectSettings } from './protocol.ts'

interface Statements {
  readonly entry: { create(args: { data: { token: string } }): Promise<unknown> }
  readonly user: {
    findMany(args: { take: number }): Promise<unknown>
    update(args: { where: { id: number }; data: { email: string } }): Promise<unknown>
  }
  $queryRawUnsafe(sql: string): Promise<unknown>
  $executeRawUnsafe(sql: string): Promise<unknown>
}

/** The part of the generated client that subjects use. */
export interface SubjectClient extends Statements {
  $transaction(
    run: (tx: Statements) => Promise<unknown>,
    options?: { timeout: number },
  ): Promise<unknown>
  $disconnect(): Promise<void>
}

type ClientClass = new (options: object) => SubjectClient

/** Builds the client of a subject, as a shared module of its variant would; on a given pool or its own. */
export async function subjectClient(
  settings: SubjectSettings,
  pool?: pg.Pool,
): Promise<SubjectClient> {
  // The client that the bench has generated.
  const { PrismaClient } = (await import(settings.generated)) as { PrismaClient: ClientClass }
  return settings.variant === 'oneprisma'
    ? shared(PrismaClient, settings, pool)
    : bare(PrismaClient, settings, pool)
}

function shared(
  PrismaClient: ClientClass,
  settings: SubjectSettings,
  pool: pg.Pool | undefined,
): SubjectClient {
  const name = pool === undefined ? 'default' : 'on-a-given-pool'
  const { url, applicationName, max, acquireTimeoutMs, queryTimeoutMs } = settings
  const create = ({ observe }: ShareTools): SubjectClient => {
    const { config, options, transactionOptions } = pgPool(url, {
      applicationName,
      max,
      acquireTimeoutMs,
      queryTimeoutMs,
    })
    const retry = { deadlineMs: settings.retryDeadlineMs }
    const adapter = observe(withRetry(new PrismaPg(pool ?? config, options), retry))
    return new PrismaClient({ adapter, transactionOptions })
  }
  return sharePrisma(create, { name })
}

function bare(
  PrismaClient: ClientClass,
  settings: SubjectSettings,
  pool: pg.Pool | undefined,
): SubjectClient {
  const { url: connectionString, applicationName: application_name, max, barePool } = settings
  const adapter = new PrismaPg(pool ?? { connectionString, application_name, max, ...barePool })
  return new PrismaClient({ adapter })
}
