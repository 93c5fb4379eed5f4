import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import type { Pooler } from './probe-pooler.ts'
import { placeOf } from './server-url.ts'
import { inCode } from './shown.ts'

/** Says what was found out about a pooler in between. Nothing more is asked. */
export async function checkPooler(context: LiveContext): Promise<DoctorFinding[]> {
  const { pooler } = context
  if (pooler === undefined) return []
  return [describe(context, pooler), ...judgeMode(context, pooler), ...judgeNames(context, pooler)]
}

const HOW: Readonly<Record<Pooler['mode'], string>> = {
  transaction: 'in transaction mode: one process of the server answers several clients in turn',
  session: 'in session mode: each client keeps a connection of the server for itself',
  statement: 'in statement mode: it refuses transactions',
  unknown: 'whose mode could not be found out: it had no connection for a second client',
}

const SESSION_IS_LOST =
  'Nothing has to be changed. What lives in a session does not work through it: `SET`, `LISTEN`, advisory locks of a session, temporary tables.'

const NEXT: Readonly<Record<Pooler['mode'], string>> = {
  transaction: SESSION_IS_LOST,
  unknown: SESSION_IS_LOST,
  session:
    'Nothing has to be changed. In session mode a pooler saves the cost of connecting, and no connections: `pool_mode = transaction` does, and Prisma works with it.',
  statement: 'See POOLER_STATEMENT_MODE.',
}

function describe({ app }: LiveContext, pooler: Pooler): DoctorFinding {
  const { mode, rounds, backends, named, console } = pooler
  const name = console === undefined ? 'a pooler' : inCode(console.version)
  const size =
    console === undefined
      ? ''
      : ` It takes ${console.maxClients} clients, and opens ${console.poolSize} connections for each pair of role and database.`
  return found('POOLER_IN_BETWEEN', {
    message: `Between here and the server, at ${inCode(placeOf(app.url))}, is ${name} ${HOW[mode]}.${size}`,
    evidence: {
      mode,
      rounds,
      backends,
      ...(named !== undefined && { keepsNamedStatements: named.isKept }),
      ...(console !== undefined && {
        version: console.version,
        maxClients: console.maxClients,
        poolSize: console.poolSize,
        waiting: console.waiting,
      }),
    },
    change: NEXT[mode],
  })
}

function judgeMode({ app, options }: LiveContext, { mode }: Pooler): DoctorFinding[] {
  const evidence = { mode, host: app.url.host, port: app.url.port }
  const findings: DoctorFinding[] = []
  if (mode === 'statement') {
    findings.push(
      found('POOLER_STATEMENT_MODE', {
        message: `The pooler at ${inCode(placeOf(app.url))} is in statement mode and refuses every transaction: \`$transaction\` and nested writes of Prisma fail.`,
        evidence,
        change: 'Set `pool_mode = transaction` for this database in the pooler.',
      }),
    )
  }
  if (mode !== 'session' && options.directUrl === undefined) {
    findings.push(
      found('POOLER_WITHOUT_DIRECT_URL', {
        message:
          'The URL leads to a pooler, and there is no direct one beside it. `prisma migrate` takes a lock of the session, which a pooler loses.',
        evidence,
        change:
          'Set `DIRECT_URL` to the address of the server itself, and use it for migrations: `datasource: { url: env("DIRECT_URL") }` in `prisma.config.ts`.',
      }),
    )
  }
  return findings
}

function judgeNames({ options }: LiveContext, { named, console }: Pooler): DoctorFinding[] {
  if (named === undefined || named.isKept) return []
  const isOld = console !== undefined && console.maxPreparedStatements === undefined
  const finding = found('POOLER_FORGETS_STATEMENTS', {
    message: `Named statements fail through the pooler (${inCode(named.failedWith ?? 'no code')} in round ${named.rounds}). ${options.namesStatements === true ? 'The code gives its statements names whatever is in between, so that its queries fail now and then.' : 'Nothing in the code gives statements names through a pooler: `pgPool()` finds out and gives none.'}`,
    evidence: {
      failedWith: named.failedWith ?? 'no code',
      rounds: named.rounds,
      namesStatements: options.namesStatements === true,
    },
    change: `${options.namesStatements === true ? "Take `statementNameGenerator` or `preparedStatements: 'always'` out." : 'Nothing has to be changed.'} To have names all the same, ${isOld ? 'upgrade PgBouncer to 1.21 or later, and set' : 'set, in PgBouncer 1.21 or later,'} \`max_prepared_statements = 200\`.`,
  })
  return [options.namesStatements === true ? { ...finding, severity: 'error' } : finding]
}
