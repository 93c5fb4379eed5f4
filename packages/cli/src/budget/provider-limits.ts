import { CliError } from '../errors.ts'

/** What a provider says of a database of one size. docs/budget.md has the source of each number. */
export interface ProviderLimit {
  /** As a person reads it, such as `Neon, 1 CU`. */
  readonly name: string
  readonly maxConnections: number
  readonly superuserReserved?: number
  readonly reserved?: number
  /** The pooler that comes with it. */
  readonly pooler?: HostedPooler
}

export interface HostedPooler {
  /** As a sentence begins with it. */
  readonly name: string
  /** Connections of clients that it takes. */
  readonly clients: number
  /** Connections that it opens for one user and database, where the provider says so. */
  readonly poolSize?: number
}

export const PROVIDERS = ['neon', 'supabase', 'prisma-postgres', 'rds'] as const
export type Provider = (typeof PROVIDERS)[number]

/**
 * Looks up what a provider gives to a database of this size.
 *
 * @throws CliError `USAGE`
 */
export function providerLimit(provider: string, compute: string | undefined): ProviderLimit {
  const isKnown = (name: string): name is Provider => PROVIDERS.some((each) => each === name)
  if (!isKnown(provider)) {
    throw new CliError('USAGE', `--provider is one of ${PROVIDERS.join(', ')}, not "${provider}".`)
  }
  const [known, sizes] = LOOK_UP[provider]
  const limit = compute === undefined ? undefined : known(compute.toLowerCase())
  if (limit !== undefined) return limit
  const given = compute === undefined ? 'is missing' : `is not "${compute}"`
  throw new CliError('USAGE', `--compute ${given}: for ${provider} it is ${sizes}.`)
}

type LookUp = (compute: string) => ProviderLimit | undefined

const LOOK_UP: Readonly<Record<Provider, readonly [find: LookUp, sizes: string]>> = {
  neon: [neon, 'the compute units (CU), 0.25, 0.5, or a whole number from 1 to 56'],
  supabase: [supabase, 'the compute size: nano, micro, small, medium, large, xl, 2xl to 16xl'],
  'prisma-postgres': [prismaPostgres, 'the plan: free, starter, pro, business'],
  rds: [rds, 'the memory of the instance class in GiB, such as 4'],
}

const NEON: Readonly<Record<string, number>> = {
  '0.25': 104,
  '0.5': 209,
  '1': 419,
  '2': 839,
  '3': 1_258,
  '4': 1_678,
  '5': 2_098,
  '6': 2_517,
  '7': 2_937,
  '8': 3_357,
}

function neon(compute: string): ProviderLimit | undefined {
  const units = Number(compute)
  const isCapped = Number.isInteger(units) && units >= 9 && units <= 56
  const maxConnections = isCapped ? 4_000 : NEON[String(units)]
  if (maxConnections === undefined) return undefined
  return {
    name: `Neon, ${units} CU`,
    maxConnections,
    superuserReserved: 7,
    pooler: {
      name: 'The pooler of Neon',
      clients: 10_000,
      poolSize: Math.floor(maxConnections * 0.9),
    },
  }
}

const SUPABASE: Readonly<Record<string, readonly [direct: number, pooler: number]>> = {
  nano: [60, 200],
  micro: [60, 200],
  small: [90, 400],
  medium: [120, 600],
  large: [160, 800],
  xl: [240, 1_000],
  '2xl': [380, 1_500],
  '4xl': [480, 3_000],
  '8xl': [490, 6_000],
  '12xl': [500, 9_000],
  '16xl': [500, 12_000],
}

function supabase(compute: string): ProviderLimit | undefined {
  const limits = Object.hasOwn(SUPABASE, compute) ? SUPABASE[compute] : undefined
  if (limits === undefined) return undefined
  const [maxConnections, clients] = limits
  return { name: `Supabase, ${compute}`, maxConnections, pooler: { name: 'Supavisor', clients } }
}

const PRISMA_POSTGRES: Readonly<Record<string, readonly [direct: number, pooled: number]>> = {
  free: [10, 50],
  starter: [10, 50],
  pro: [50, 250],
  business: [100, 500],
}

function prismaPostgres(plan: string): ProviderLimit | undefined {
  const limits = Object.hasOwn(PRISMA_POSTGRES, plan) ? PRISMA_POSTGRES[plan] : undefined
  if (limits === undefined) return undefined
  const [maxConnections, clients] = limits
  return {
    name: `Prisma Postgres, ${plan}`,
    maxConnections,
    // What the platform keeps for itself; what the server keeps is not part of the plan's number.
    superuserReserved: 0,
    reserved: 5,
    pooler: { name: 'The pooler of Prisma Postgres', clients },
  }
}

const GIB = 1_073_741_824
const RDS_BYTES_PER_CONNECTION = 9_531_392
const RDS_MOST = 5_000

function rds(memory: string): ProviderLimit | undefined {
  const gib = Number(/^(\d+(?:\.\d+)?)(?:gib)?$/.exec(memory)?.[1])
  if (!(gib > 0)) return undefined
  const maxConnections = Math.min(Math.floor((gib * GIB) / RDS_BYTES_PER_CONNECTION), RDS_MOST)
  return { name: `RDS for PostgreSQL, ${gib} GiB`, maxConnections }
}
