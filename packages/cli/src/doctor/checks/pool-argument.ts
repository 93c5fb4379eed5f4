import type { Node } from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'
import { isWithin } from '../../scan/is-within.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import type { Subject } from '../subject.ts'

/** Pools that `PrismaPg` does not take for pools, so that it connects to localhost, and pools of every bundle. */
export function checkPoolArgument(subject: Subject): readonly DoctorFinding[] {
  return subject.pools
    .filter(({ made }) => made === 'PrismaPg')
    .flatMap((site) => [
      ...findWrapped(site),
      ...findForeign(site, subject),
      ...findUnshared(site, subject),
    ])
}

function findWrapped(site: PoolSite): readonly DoctorFinding[] {
  const { settings, module } = site
  if (!('entries' in settings) || !settings.entries.has('pool')) return []
  return [
    found('POOL_AS_OPTION', placeOf(module, site.node), {
      message:
        '`PrismaPg` has no option `pool`: it makes a pool of its own, for the server that the environment of libpq names, or 127.0.0.1:5432.',
      evidence: { option: 'pool', settings: [...settings.entries.keys()].join(', ') },
      change: 'Give it the pool itself: `new PrismaPg(pool)`.',
    }),
  ]
}

/** `PrismaPg` knows pools by the class of the one `pg` that it loads itself. */
function findForeign(site: PoolSite, { copies, project }: Subject): readonly DoctorFinding[] {
  const { settings, module } = site
  if (settings.kind !== 'pool') return []
  const { source, imported } = settings.origin
  if (source !== 'pg') {
    if (source.startsWith('.') || !/pool|client/i.test(imported + source)) return []
    if (!KNOWN_DRIVERS.has(source)) return []
    return [foreign(site, `\`${source}\``, { source })]
  }
  const { folder } = project.packageOf(module.path)
  const own = copies?.find('pg', folder)
  const adapter = copies?.find('@prisma/adapter-pg', folder)
  const other = adapter && copies?.find('pg', adapter.place)
  if (own === undefined || other === undefined || own.place === other.place) return []
  return [
    foreign(site, `another copy of \`pg\` (${own.version}) than the adapter's (${other.version})`, {
      source,
      place: own.place,
      adapterPlace: other.place,
    }),
  ]
}

// What makes pools and clients of other classes than pg's.
const KNOWN_DRIVERS = new Set([
  '@neondatabase/serverless',
  'pg-pool',
  '@vercel/postgres',
  'mysql2',
  'postgres',
])

function foreign(
  { module, node }: PoolSite,
  from: string,
  evidence: DoctorFinding['evidence'],
): DoctorFinding {
  return found('POOL_FROM_OTHER_COPY', placeOf(module, node), {
    message: `This pool is made by ${from}. \`PrismaPg\` does not know it for a pool, takes it for settings, and connects to the server that the environment of libpq names, or 127.0.0.1:5432.`,
    evidence,
    change:
      'Make the pool with the `pg` that the adapter loads (one version of it: `npm dedupe`), or give `PrismaPg` the settings and let it make the pool.',
  })
}

/** A pool of the module that is used by hand as well exists once in each bundle, whatever keeps the client. */
function findUnshared(site: PoolSite, subject: Subject): readonly DoctorFinding[] {
  const { settings, module } = site
  if (settings.kind !== 'pool' || settings.origin.source !== 'pg') return []
  if (subject.project.packageOf(module.path).framework !== 'next') return []
  const { made } = settings
  const declarator = declaratorOf(made)
  const variable = declarator && module.evaluator.names.variableOf(declarator.id)
  if (variable === undefined || variable.scope.type !== 'module') return []
  const others = variable.references.filter(
    ({ identifier, init }) => !init && !isWithin(identifier, site.node),
  )
  const isKept = others.some(({ identifier }) => isAssignedToGlobal(identifier, site))
  const isQueried = others.some(({ identifier }) => isQueriedBy(identifier))
  if (isKept || !isQueried) return []
  return [
    found('POOL_NOT_SHARED', placeOf(module, made), {
      message:
        'This pool is made when the module is loaded, and queried beside the client: Next.js loads the module once in each bundle, so that a process has several such pools.',
      evidence: { variable: variable.name },
      change:
        'Make the pool in the callback of `sharePrisma`, and query through the client (`$queryRaw`); or keep the pool on `globalThis` in every environment.',
    }),
  ]
}

function declaratorOf({ parent }: Node): TSESTree.VariableDeclarator | undefined {
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
    ? parent
    : undefined
}

function isQueriedBy({ parent }: Node): boolean {
  return (
    parent?.type === 'MemberExpression' &&
    parent.property.type === 'Identifier' &&
    /^(?:query|connect)$/.test(parent.property.name) &&
    parent.parent.type === 'CallExpression'
  )
}

function isAssignedToGlobal({ parent }: Node, { module }: PoolSite): boolean {
  return (
    parent?.type === 'AssignmentExpression' &&
    module.evaluator.names.globalMember(parent.left) !== undefined
  )
}
