import type { ServerFacts } from '../server/server-sample.ts'
import type { BlindSpot, Measures } from './recording.ts'

/** What a recording will not show, and what would help. */
export function blindSpotsOf(measures: Measures, server: ServerFacts | undefined): BlindSpot[] {
  const spots: BlindSpot[] = []
  if (measures.operations !== 'apps') {
    spots.push({
      code: 'NO_METRICS',
      message:
        measures.operations === 'server'
          ? 'Without --metrics there are no latencies, no waits for a connection and no failed operations; transactions of the server, all of its clients together, stand for operations.'
          : 'Without --metrics there are no operations, latencies, failures or waits for a connection.',
    })
  }
  if (server === undefined) {
    spots.push({
      code: 'NO_SERVER',
      message:
        'No server is asked: connections are those that the pools of the apps tell of, and of other clients nothing is seen. Set DATABASE_URL, or name a variable with --url-env.',
    })
    return spots
  }
  if (measures.connections !== 'server') {
    spots.push({
      code: 'ARMS_BY_LABEL',
      message: `Connections do not have the label "${measures.by ?? ''}": those of an arm are the ones that its pools tell of. --by release or --by application_name counts at the server.`,
    })
  }
  if (!server.seesAll) {
    spots.push({
      code: 'STATES_HIDDEN',
      message:
        'The role does not see what sessions of other roles do: their connections are counted, parallel workers among them, and whether they are active is not known. GRANT pg_read_all_stats to it.',
    })
  }
  if (!server.hasStatements) {
    spots.push({
      code: 'NO_STATEMENTS',
      message:
        'pg_stat_statements is not there, or may not be read: the server tells no time of statements.',
    })
  }
  if (server.isPooled) {
    spots.push({
      code: 'POOLED',
      message:
        'The connection leads through a pooler: what is counted are its connections to the server, by the names that it gives them. Clients of the pooler are not seen. A direct URL does not change that, and spares the pooler a client.',
    })
  }
  return spots
}
