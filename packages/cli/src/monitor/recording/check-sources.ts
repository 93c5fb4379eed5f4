import type { Endpoint } from '../app/scrape.ts'
import { CliError } from '../../errors.ts'
import { isFailure } from '../gap.ts'
import type { Observation } from './recorder.ts'

/**
 * Stops before anything is recorded where a source is set up wrongly: a server that does not answer,
 * metrics that are refused or are none. A process that is not there yet is no error, unless there is
 * nothing else.
 *
 * @returns what to warn of
 * @throws CliError `SOURCE_FAILED`
 */
export function checkSources(
  { server, apps }: Observation,
  endpoints: readonly Endpoint[],
): readonly string[] {
  if (server !== undefined && isFailure(server)) {
    throw new CliError(
      'SOURCE_FAILED',
      `The database cannot be asked: ${server.message}. Check the URL, and that its role may connect.`,
    )
  }
  const silent = apps.flatMap((answer, index) => {
    if (!isFailure(answer)) return []
    const name = endpoints[index]?.name ?? ''
    if (answer.code === 'SCRAPE_FAILED') return [`${name}: ${answer.message}`]
    throw new CliError(
      'SOURCE_FAILED',
      `The metrics at ${name} cannot be read: ${answer.message}. Give the URL that Prometheus scrapes, and its bearer token with --metrics-token-env.`,
    )
  })
  if (server !== undefined || silent.length < apps.length) {
    return silent.map((each) => `No metrics yet at ${each}. It counts from its first answer on.`)
  }
  throw new CliError('SOURCE_FAILED', `No metrics can be read: ${silent.join('; ')}.`)
}
