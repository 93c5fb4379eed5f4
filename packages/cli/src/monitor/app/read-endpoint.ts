import { armOfSeries, type ArmRule } from '../arms.ts'
import { isFailure, type Failure } from '../gap.ts'
import type { EndpointReading } from './endpoint-window.ts'
import type { MetricSample } from './parse-prometheus.ts'
import { readApp, startTimeIn, type AppReading } from './read-app.ts'
import { scrape, type Endpoint, type ScrapeOptions } from './scrape.ts'

export interface ReadEndpointOptions extends ScrapeOptions {
  readonly rule: ArmRule
  /** The histogram that latencies are read from. */
  readonly histogram: string
}

// Labels come from elsewhere: more than this is a label that is no version.
const MOST_ARMS = 16

/** Reads the metrics of an endpoint, told apart by arm. */
export async function readEndpoint(
  endpoint: Endpoint,
  { rule, histogram, ...bounds }: ReadEndpointOptions,
): Promise<EndpointReading | Failure> {
  const answer = await scrape(endpoint, bounds)
  if (isFailure(answer)) return answer
  const byArm = new Map<string, MetricSample[]>()
  for (const sample of answer) {
    const arm = endpoint.arm ?? armOfSeries(rule, sample.labels)
    if (arm === undefined) continue
    const own = byArm.get(arm)
    if (own !== undefined) own.push(sample)
    else if (byArm.size < MOST_ARMS) byArm.set(arm, [sample])
  }
  const arms = new Map<string, AppReading>()
  for (const [arm, samples] of byArm) arms.set(arm, readApp(samples, histogram))
  return { startTime: startTimeIn(answer), arms }
}
