import type { ReactNode } from 'react'
import type { ClientStatus } from '@oneprisma/client'
import { Sparkline } from './sparkline'

/** One shared client: what it is, its pool, its queries. */
export function ClientCard({
  client,
  history,
}: {
  client: ClientStatus
  history: readonly ClientStatus[]
}) {
  const { pool, queries } = client
  const rates = history.slice(1).map((sample, index) => {
    const before = history[index]?.queries?.total ?? 0
    return Math.max(0, (sample.queries?.total ?? 0) - before)
  })
  return (
    <section className="card client" aria-label={`Shared client ${client.name}`}>
      <header>
        <h2>{client.name}</h2>
        <span className={client.state === 'open' ? 'tag' : 'tag warn'}>{client.state}</span>
        <span className="muted">
          generation <strong data-testid="generation">{client.generation}</strong>
        </span>
        {client.draining.map((old) => (
          <span key={old.generation} className="tag warn">
            generation {old.generation} drains, {old.unitsInFlight} in flight
          </span>
        ))}
      </header>
      <p className="muted origin">
        schema {client.schemaFingerprint ?? 'not read yet'}, {client.runtime}
        {client.createdBy && <>, created by {client.createdBy}</>}
      </p>

      {pool && (
        <div
          className="meter"
          role="meter"
          aria-label="Connections in use"
          aria-valuemin={0}
          aria-valuemax={pool.max ?? pool.total}
          aria-valuenow={pool.total - pool.idle}
        >
          <span style={{ width: share(pool.total - pool.idle, pool.max) }} />
          <span className="idle" style={{ width: share(pool.idle, pool.max) }} />
        </div>
      )}
      <dl className="facts">
        <Fact label="Connections">
          {pool?.total ?? 0} <small>of {pool?.max ?? '?'}</small>
        </Fact>
        <Fact label="In use">{pool ? pool.total - pool.idle : 0}</Fact>
        <Fact label="Waiting">{pool?.waiting ?? 0}</Fact>
        <Fact label="Work in flight">{client.unitsInFlight}</Fact>
        <Fact label="Transactions">{client.transactionsOpen ?? 0}</Fact>
        <Fact label="Queries">
          <span data-testid="queries">{queries?.total ?? 0}</span>{' '}
          {queries && queries.failed > 0 && <small>{queries.failed} failed</small>}
        </Fact>
        <Fact label="p50">{milliseconds(queries?.durationMs?.p50)}</Fact>
        <Fact label="p95">{milliseconds(queries?.durationMs?.p95)}</Fact>
        <Fact label="p99">{milliseconds(queries?.durationMs?.p99)}</Fact>
      </dl>
      <div className="charts">
        <Sparkline label="Queries a second" values={rates} />
        <Sparkline
          label="p95 in ms"
          values={history.map((sample) => sample.queries?.durationMs?.p95 ?? 0)}
        />
      </div>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function share(count: number, max: number | undefined): string {
  return `${max ? (100 * count) / max : 0}%`
}

function milliseconds(value: number | undefined): ReactNode {
  if (value === undefined) return '–'
  return (
    <>
      {value < 10 ? value.toFixed(1) : Math.round(value)} <small>ms</small>
    </>
  )
}
