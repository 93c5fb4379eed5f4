import type { ReasonCode } from '@oneprisma/sites'
import { CliError } from '../errors.ts'

/** Reasons for a review that can be taken as a whole: what the sites have, the shared client has too. */
export const ACCEPTABLE = [
  'ADAPTER_OPTIONS',
  'LOG_OPTIONS',
] as const satisfies readonly ReasonCode[]

/** Reads `--accept A,B --accept C`. */
export function acceptedReasons(given: readonly string[] | undefined): ReadonlySet<ReasonCode> {
  const names = (given ?? []).flatMap((list) => list.split(',')).filter((name) => name !== '')
  return new Set(
    names.map((name) => {
      const known = ACCEPTABLE.find((reason) => reason === name)
      if (known !== undefined) return known
      throw new CliError(
        'USAGE',
        `--accept takes ${ACCEPTABLE.join(' and ')}; "${name}" has to be looked at site by site.`,
      )
    }),
  )
}
