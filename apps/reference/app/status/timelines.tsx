import type { TimelineSecond } from '@oneprisma/client/telemetry'
import { TimeChart } from './time-chart'

/** The last five minutes: connections, and how long statements took. */
export function Timelines({ seconds, at }: { seconds: readonly TimelineSecond[]; at: number }) {
  const of = (value: (second: TimelineSecond) => number | undefined) =>
    seconds.flatMap((second) => {
      const known = value(second)
      return known === undefined ? [] : [{ at: second.at, value: known }]
    })
  const failed = seconds.reduce((sum, second) => sum + second.failed, 0)
  return (
    <section className="card panel" aria-label="The last five minutes">
      <h2>The last five minutes</h2>
      <div className="charts">
        <TimeChart
          label="Connections"
          at={at}
          series={[
            { name: 'open', tone: 'soft', points: of(({ pool }) => pool?.total) },
            {
              name: 'in use',
              tone: 'strong',
              points: of(({ pool }) => pool && pool.total - pool.idle),
            },
            { name: 'waiting', tone: 'warn', points: of(({ pool }) => pool?.waiting) },
          ]}
        />
        <TimeChart
          label="Statements, ms"
          at={at}
          series={[
            { name: 'longest', tone: 'soft', points: of(({ maxMs }) => maxMs) },
            { name: 'p95', tone: 'strong', points: of(({ p95Ms }) => p95Ms) },
            { name: 'p50', tone: 'good', points: of(({ p50Ms }) => p50Ms) },
          ]}
        />
        <TimeChart
          label="Statements a second"
          at={at}
          series={[
            { name: 'all', tone: 'strong', points: of(({ statements }) => statements) },
            { name: 'failed', tone: 'warn', points: of((second) => second.failed) },
          ]}
        />
      </div>
      {failed > 0 && <p className="muted">{failed} statements failed in this time.</p>}
    </section>
  )
}
