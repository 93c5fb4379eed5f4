import type { ConnectionLimit } from '../../../client/src/connection-budget.ts'
import { CliError } from '../errors.ts'
import { providerLimit, type ProviderLimit } from './provider-limits.ts'

/** What a budget is planned from. */
export interface BudgetInput {
  readonly limit: Required<ConnectionLimit>
  readonly instances: number
  readonly surge: Surge
  readonly processes: number
  readonly pools: number
  readonly provider: ProviderLimit | undefined
}

/** Instances that a rollout adds: so many, or such a share of those that there are. */
export type Surge =
  | { readonly unit: 'instances'; readonly count: number }
  | { readonly unit: 'percent'; readonly percent: number }

/** The flags of the command, as they are given. */
export interface BudgetFlags {
  readonly 'max-connections'?: string | undefined
  readonly 'superuser-reserved'?: string | undefined
  readonly reserved?: string | undefined
  readonly 'other-clients'?: string | undefined
  readonly headroom?: string | undefined
  readonly instances?: string | undefined
  readonly surge?: string | undefined
  readonly processes?: string | undefined
  readonly pools?: string | undefined
  readonly provider?: string | undefined
  readonly compute?: string | undefined
}

/**
 * Reads the flags.
 *
 * @throws CliError `USAGE`
 */
export function readBudgetInput(flags: BudgetFlags): BudgetInput {
  if (flags.provider === undefined && flags.compute !== undefined) {
    throw new CliError('USAGE', '--compute goes with --provider.')
  }
  const provider =
    flags.provider === undefined ? undefined : providerLimit(flags.provider, flags.compute)
  return {
    limit: {
      maxConnections:
        count('max-connections', flags, 1) ??
        provider?.maxConnections ??
        missing('--max-connections, or --provider with --compute'),
      superuserReserved: count('superuser-reserved', flags, 0) ?? provider?.superuserReserved ?? 3,
      reserved: count('reserved', flags, 0) ?? provider?.reserved ?? 0,
      otherClients: count('other-clients', flags, 0) ?? 0,
      headroom: headroomOf(flags.headroom),
    },
    instances: count('instances', flags, 1) ?? missing('--instances'),
    surge: surgeOf(flags.surge),
    processes: count('processes', flags, 1) ?? 1,
    pools: count('pools', flags, 1) ?? 1,
    provider,
  }
}

/** How many instances a rollout adds to so many. Shares are rounded up, as Kubernetes does. */
export function addedBy(surge: Surge, instances: number): number {
  return surge.unit === 'instances' ? surge.count : Math.ceil((instances * surge.percent) / 100)
}

// Far above any fleet, and its products are still exact.
const MOST = 1_000_000

function count(name: keyof BudgetFlags, flags: BudgetFlags, min: number): number | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const number = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= MOST) return number
  throw new CliError('USAGE', `--${name} is a whole number from ${min} to ${MOST}, not "${value}".`)
}

function headroomOf(value = '10%'): number {
  const [, percent, share] = /^(?:(\d+(?:\.\d+)?)%|(0(?:\.\d+)?))$/.exec(value) ?? []
  const headroom = percent === undefined ? Number(share) : Number(percent) / 100
  if (headroom >= 0 && headroom < 1) return headroom
  throw new CliError(
    'USAGE',
    `--headroom is a share below 100%, such as 10% or 0.1, not "${value}".`,
  )
}

function surgeOf(value = '100%'): Surge {
  const [, percent] = /^(\d{1,4})%$/.exec(value) ?? []
  if (percent !== undefined) return { unit: 'percent', percent: Number(percent) }
  if (/^\d{1,7}$/.test(value) && Number(value) <= MOST) {
    return { unit: 'instances', count: Number(value) }
  }
  throw new CliError(
    'USAGE',
    `--surge is a number of instances, or a share of them such as 25%, not "${value}".`,
  )
}

function missing(flag: string): never {
  throw new CliError('USAGE', `Give ${flag}.`)
}
