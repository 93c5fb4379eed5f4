import { stringValue, type Node } from '@oneprisma/sites'
import { constantOf } from '../constant.ts'
import type { EnvSetting } from '../env-settings.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import { keyed } from '../keyed.ts'
import { sessionStatements } from '../session-statements.ts'
import type { Subject } from '../subject.ts'
import { urlUses } from '../url-use.ts'

/** What does not work behind a pooler in transaction mode, where a repository has one. */
export function checkPooler(subject: Subject): readonly DoctorFinding[] {
  const pooled = pooledSettings(subject)
  return [
    ...findNamedStatements(subject),
    ...findEngineStatements(subject, pooled),
    ...findSessionFeatures(subject),
    ...findFleets(subject),
  ]
}

/** The settings of the variables by which Prisma connects that lead to a pooler. */
export function pooledSettings(subject: Subject): readonly EnvSetting[] {
  const variables = new Set([
    ...subject.pools.map(({ urlVariable }) => urlVariable),
    ...subject.project.generators.map(({ datasource }) => datasource?.urlVariable),
    ...subject.configs.flatMap(({ urlVariables }) => urlVariables),
  ])
  return subject.settings.filter(
    ({ name, url }) => variables.has(name) && url?.pooler !== undefined,
  )
}

/**
 * What leads the clients of the code to a pooler. Where one of them may go past it, nobody knows which
 * of them a query is made by.
 */
function runtimePooler({ pools, project, settings }: Subject): EnvSetting | undefined {
  const ofPools = pools.flatMap(({ urlVariable }) => urlVariable ?? [])
  const ofSchemas = project.generators.flatMap(({ datasource }) => datasource?.urlVariable ?? [])
  const [first, ...others] = [...new Set(ofPools.length > 0 ? ofPools : ofSchemas)].map(
    (variable) => settings.find(({ name, url }) => name === variable && url?.pooler !== undefined),
  )
  return others.every((setting) => setting !== undefined) ? first : undefined
}

function findNamedStatements(subject: Subject): readonly DoctorFinding[] {
  const seen = new Set<PoolSite>()
  return urlUses(subject).flatMap(({ url, pool, variable }) => {
    const naming = namingOf(pool)
    if (url.pooler === undefined || naming === undefined || seen.has(pool)) return []
    seen.add(pool)
    return [
      found('POOLER_NAMED_STATEMENTS', placeOf(pool.module, naming.node), {
        message: `\`${naming.by}\` prepares statements under names, and ${variable === undefined ? 'the connection string' : `\`${variable}\``} leads to a pooler in transaction mode (${url.pooler}): the next query may come to a server connection that has no statement of that name.`,
        evidence: {
          by: naming.by,
          pooler: url.pooler.replaceAll('`', ''),
          ...(variable !== undefined && { variable }),
        },
        change: `Take \`${naming.by}\` out. PgBouncer from 1.21 on can keep such statements, with \`max_prepared_statements\` above 0; only then it may stay.`,
      }),
    ]
  })
}

/** What lets a pool give its statements names, whatever leads to the server. */
export function namingOf(pool: PoolSite): { readonly by: string; readonly node: Node } | undefined {
  const generator = pool.options.get('statementNameGenerator')
  if (generator !== undefined) return { by: 'statementNameGenerator', node: generator }
  const options = pool.settings.kind === 'pg-pool' ? pool.settings.call.arguments[1] : undefined
  const value = options && keyed(options, 'preparedStatements', pool.module.evaluator.names)
  return value !== undefined && stringValue(value) === 'always'
    ? { by: "preparedStatements: 'always'", node: value }
    : undefined
}

/** The engine of Prisma 6 names its statements unless the connection string says `pgbouncer=true`. */
function findEngineStatements(
  { project, pools, prisma }: Subject,
  pooled: readonly EnvSetting[],
): readonly DoctorFinding[] {
  const isEngine = prisma.some(({ name, major }) => name === '@prisma/client' && (major ?? 7) < 7)
  if (!isEngine || pools.length > 0) return []
  const variables = new Set(project.generators.map(({ datasource }) => datasource?.urlVariable))
  return pooled
    .filter(({ name, url }) => variables.has(name) && url?.pooler === 'port 6543')
    .map(({ path, line, name }) =>
      found(
        'POOLER_NAMED_STATEMENTS',
        { path, line },
        {
          message: `\`${name}\` leads to a pooler in transaction mode (port 6543) without \`pgbouncer=true\`: the engine of Prisma prepares statements under names, and the server answers that a prepared statement already exists, or does not.`,
          evidence: { by: 'engine', pooler: 'port 6543', variable: name },
          change: 'Add `pgbouncer=true` to the connection string.',
        },
      ),
    )
}

function findSessionFeatures(subject: Subject): readonly DoctorFinding[] {
  const setting = runtimePooler(subject)
  const sign = setting?.url?.pooler
  if (setting === undefined || sign === undefined) return []
  return subject.modules
    .filter(({ context }) => context !== 'test' && context !== 'template')
    .flatMap((module) =>
      sessionStatements(module).map(({ node, feature, remedy }) =>
        found('POOLER_SESSION_FEATURE', placeOf(module, node), {
          message: `${feature} belongs to a session, and \`${setting.name}\` leads to a pooler in transaction mode (${sign}): it holds for whatever client gets that server connection next, and not for this one.`,
          evidence: {
            feature: feature.replaceAll('`', ''),
            variable: setting.name,
            pooler: sign.replaceAll('`', ''),
          },
          change: remedy,
        }),
      ),
    )
}

/** A fleet counts connections by locks of sessions, which a pooler hands around. */
function findFleets(subject: Subject): readonly DoctorFinding[] {
  const seen = new Set<PoolSite>()
  return urlUses(subject).flatMap(({ url, pool, variable }) => {
    const call = fleetAround(pool)
    if (url.pooler === undefined || call === undefined || seen.has(pool)) return []
    seen.add(pool)
    return [
      found('POOLER_SESSION_FEATURE', placeOf(pool.module, call), {
        message: `\`withFleet\` shares connections out by session locks, and the connection string leads to a pooler in transaction mode (${url.pooler}), where it does nothing.`,
        evidence: {
          feature: 'withFleet',
          pooler: url.pooler.replaceAll('`', ''),
          ...(variable !== undefined && { variable }),
        },
        change:
          'Take `withFleet` out, for the pooler bounds the connections; or connect it by the direct connection string.',
      }),
    ]
  })
}

function fleetAround({ node, module }: PoolSite): Node | undefined {
  for (let above: Node | undefined = node.parent; above; above = above.parent ?? undefined) {
    if (above.type !== 'CallExpression') continue
    const callee = constantOf(above.callee, module.evaluator.names)
    if (callee.type === 'Identifier' && callee.name === 'withFleet') return above
  }
  return undefined
}
