import type { Reason } from './reasons.ts'

/** What a person has to look at in a shared module that is upgraded in place. */
export type UpgradeCode =
  | 'DISCONNECTS_SHARED_CLIENT'
  | 'CONNECTS_ON_IMPORT'
  | 'POOL_OUTLIVES_CLIENT'
  | 'POOL_WAITS_UNBOUNDED'
  | 'ADAPTER_NOT_OBSERVED'

export const UPGRADE_REASONS: Readonly<Record<UpgradeCode, Reason>> = {
  DISCONNECTS_SHARED_CLIENT: {
    title: 'A shared module that disconnects',
    sentence: 'This `$disconnect` closes the client that the whole process shares.',
    remedy: 'Keep it only where the process ends.',
  },
  CONNECTS_ON_IMPORT: {
    title: 'A shared module that connects when it is imported',
    sentence: 'This `$connect` runs on import, so that every importer connects, builds among them.',
    remedy: 'Drop the call: the first query connects.',
  },
  POOL_OUTLIVES_CLIENT: {
    title: 'A pool that its client does not close',
    sentence: 'The adapter is given a pool, which stays open when the client is closed.',
    remedy: 'Give the adapter the settings of the pool instead.',
  },
  POOL_WAITS_UNBOUNDED: {
    title: 'A pool that waits without a bound',
    sentence: 'A query waits for a free connection of this pool for as long as it takes.',
    remedy: 'Take the settings of `pgPool()`, or set `connectionTimeoutMillis`.',
  },
  ADAPTER_NOT_OBSERVED: {
    title: 'An adapter that is not known here',
    sentence: 'The text does not show what this adapter is, so that it was left as it is.',
    remedy: 'Wrap it by `observe()` to see its connections.',
  },
}
