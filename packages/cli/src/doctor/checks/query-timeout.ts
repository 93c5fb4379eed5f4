import { ancestorsOf, keyName, memberName, originOf, unwrap, type Node } from '@oneprisma/sites'
import { constantOf } from '../constant.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import type { Subject } from '../subject.ts'

/** `query_timeout` without the guard of `observe`, by which writes that were acknowledged may be lost. */
export function checkQueryTimeout({ pools }: Subject): readonly DoctorFinding[] {
  return pools.filter(isUnguarded).map((site) =>
    found('QUERY_TIMEOUT_UNGUARDED', placeOf(site.module, site.node), {
      message:
        'This pool gives queries up by itself (`query_timeout`), and nothing looks at the connections that come back: one that is still inside a transaction goes to the next query, whose write is acknowledged and then lost.',
      evidence: { made: site.made, setting: settingOf(site) ?? '' },
      change:
        'Wrap the adapter by `observe(new PrismaPg(...))`, whose guard closes such connections, or take `statement_timeout`, which the server enforces, in place of `query_timeout`.',
    }),
  )
}

function isUnguarded(site: PoolSite): boolean {
  if (site.made !== 'PrismaPg' || settingOf(site) === undefined) return false
  return fateOf(site.node, site) === 'given'
}

function settingOf({ settings, module }: PoolSite): string | undefined {
  const { names } = module.evaluator
  if (settings.kind === 'pg-pool') {
    const [, options] = settings.call.arguments
    return options && has(constantOf(options, names), 'queryTimeoutMs')
      ? 'queryTimeoutMs'
      : undefined
  }
  if (settings.kind === 'pool') {
    const [options] = settings.made.arguments
    return options && has(constantOf(options, names), 'query_timeout') ? 'query_timeout' : undefined
  }
  return 'entries' in settings && settings.entries.has('query_timeout')
    ? 'query_timeout'
    : undefined
}

function has(object: Node, name: string): boolean {
  return (
    object.type === 'ObjectExpression' &&
    object.properties.some(
      (property) =>
        property.type === 'Property' && keyName(property.key, property.computed) === name,
    )
  )
}

/**
 * What becomes of an adapter: `observed`, `given` to a client as it is, or `unknown`, as where a
 * function returns it.
 */
function fateOf(node: Node, site: PoolSite, depth = 0): 'observed' | 'given' | 'unknown' {
  const { names } = site.module.evaluator
  for (const above of ancestorsOf(node)) {
    if (above.type === 'CallExpression') {
      if (isObserve(above.callee, site)) return 'observed'
    } else if (above.type === 'NewExpression') {
      return site.module.evaluator.valueOf(above)?.kind === 'client' ? 'given' : 'unknown'
    } else if (above.type === 'VariableDeclarator') {
      const variable = names.variableOf(above.id)
      const uses = variable?.references.filter((reference) => !reference.init) ?? []
      if (depth > 3 || uses.length === 0) return 'unknown'
      const fates = uses.map(({ identifier }) => fateOf(identifier, site, depth + 1))
      // One way without the guard is enough.
      return fates.find((fate) => fate === 'given') ?? fates[0] ?? 'unknown'
    } else if (above.type.endsWith('Statement') || above.type.endsWith('Declaration')) {
      return 'unknown'
    }
  }
  return 'unknown'
}

/** `observe` of the callback of `sharePrisma`, or of the package. */
function isObserve(callee: Node, { module }: PoolSite): boolean {
  const node = unwrap(callee)
  if (memberName(node) === 'observe') return true
  const variable = module.evaluator.names.variableOf(node)
  if (variable === undefined) return false
  if (originOf(variable)?.imported === 'observe') return true
  const property = variable.defs[0]?.name.parent
  return property?.type === 'Property' && keyName(property.key, property.computed) === 'observe'
}
