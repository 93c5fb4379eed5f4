import { inThousands } from '../report/in-thousands.ts'
import type { HostedPlan, PgBouncerPlan, PoolerPlan, RdsProxyPlan } from './plan-pooler.ts'

/** Prints what a pooler is set to: the one that comes with the provider, if it takes as many clients. */
export function formatPooler(pooler: PoolerPlan): string[] {
  const { clientMax, clients, usable, hosted, rdsProxy } = pooler
  const isHosted = hosted?.fits === true
  const sections = [
    [
      `With a pooler in transaction mode, ${inThousands(clients)} connections go to it, ${clientMax} from each pool:`,
    ],
    [
      `  pgPool(process.env.DATABASE_URL, { max: ${clientMax} })   // DATABASE_URL is that of the pooler`,
    ],
    hosted === undefined ? [] : hostedPooler(hosted),
    ...(isHosted ? [] : pgBouncer(pooler.pgbouncer)),
    rdsProxy === undefined ? [] : rdsProxySettings(rdsProxy),
    [
      ...throughput(isHosted ? hosted.poolSize : usable),
      'Migrations go to the server itself, by a URL of their own (docs/pooling.md).',
    ],
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
}

function throughput(connections: number | undefined): string[] {
  if (connections === undefined) return []
  return [
    `At 5 ms a statement, ${inThousands(connections)} connections carry ${inThousands(connections * 200)} statements a second, whoever shares them.`,
  ]
}

function hostedPooler({ name, clients, poolSize, fits }: HostedPlan): string[] {
  const answer = fits ? 'which is enough' : 'which is too few'
  const size =
    poolSize === undefined
      ? ''
      : ` It opens up to ${inThousands(poolSize)} connections to the server.`
  return [`${name} takes ${inThousands(clients)} connections of clients, ${answer}.${size}`]
}

function pgBouncer(plan: PgBouncerPlan | undefined): string[][] {
  if (plan === undefined) {
    return [
      [
        'PgBouncer: there would have to be more of them than the server has connections. Raise its limit, or run fewer instances.',
      ],
    ]
  }
  const { processes, files, ...settings } = plan
  const many = `${processes} processes, each with its part of the clients and of the server`
  return [
    [`PgBouncer, ${processes === 1 ? 'one process' : many}:`],
    [
      '  pool_mode = transaction',
      ...Object.entries(settings).map(([name, value]) => `  ${name} = ${value}`),
    ],
    [`and at least ${inThousands(files)} open files (LimitNOFILE of systemd) for each process.`],
  ]
}

function rdsProxySettings(plan: RdsProxyPlan): string[] {
  const { MaxConnectionsPercent, ConnectionBorrowTimeout } = plan
  return [
    `RDS Proxy: MaxConnectionsPercent ${MaxConnectionsPercent}, ConnectionBorrowTimeout ${ConnectionBorrowTimeout}.`,
  ]
}
