import pg from 'pg'

/** The connections at one moment. */
export interface Sample {
  readonly at: number
  readonly sum: number
  /** By the name of their process. */
  readonly byName: ReadonlyMap<string, number>
}

const EVERY_MS = 25
// Idle connections are closed after 10 seconds, and processes may be slow.
const PATIENCE_MS = 60_000

/** Looks again and again how many connections a role has at a server. */
export class Sampler implements AsyncDisposable {
  readonly samples: Sample[] = []
  readonly #client: pg.Client
  readonly #ended = new AbortController()
  readonly #looking: Promise<void>

  private constructor(client: pg.Client, role: string) {
    this.#client = client
    this.#looking = this.#look(role)
  }

  static async on(url: string, role: string): Promise<Sampler> {
    const client = new pg.Client(url)
    await client.connect()
    return new Sampler(client, role)
  }

  /** Waits until no connection is left. */
  async none(): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    while (this.samples.at(-1)?.sum !== 0) {
      if (performance.now() > until) throw new Error('Connections were left open.')
      await nextMoment()
    }
  }

  between(start: number, end: number): Sample[] {
    return this.samples.filter(({ at }) => at >= start && at < end)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#looking
    await this.#client.end()
  }

  async #look(role: string): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const { rows } = await this.#client.query<{ name: string; count: number }>(
        `SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND usename = $1 GROUP BY 1`,
        [role],
      )
      const byName = new Map(rows.map(({ name, count }) => [name, count]))
      const sum = rows.reduce((all, { count }) => all + count, 0)
      this.samples.push({ at: performance.now(), sum, byName })
      await nextMoment()
    }
  }
}

/** The longest time between two samples, in milliseconds. */
export function longestGapMs(samples: readonly Sample[]): number {
  return samples.reduce(
    (longest, { at }, index) => Math.max(longest, at - (samples[index - 1]?.at ?? at)),
    0,
  )
}

function nextMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, EVERY_MS))
}
