import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'
import { isOfPrismaPg, urlUses, type UrlUse } from '../url-use.ts'

/** How a parameter that Prisma 6 read is written for pg; undefined where nothing is lost without it. */
const TRANSLATED: Readonly<Record<string, ((value: number) => string) | undefined>> = {
  connection_limit: (value) => `max: ${value}`,
  pool_timeout: (value) => `connectionTimeoutMillis: ${value * 1_000}`,
  connect_timeout: (value) => `connectionTimeoutMillis: ${value * 1_000}`,
  max_idle_connection_lifetime: (value) => `idleTimeoutMillis: ${value * 1_000}`,
  max_connection_lifetime: (value) => `maxLifetimeSeconds: ${value}`,
  socket_timeout: (value) => `statement_timeout: ${value * 1_000}`,
  single_use_connections: () => '',
  sslidentity: () => '',
  sslpassword: () => '',
  sslaccept: () => '',
  schema: () => '',
  pgbouncer: undefined,
  statement_cache_size: undefined,
}

/** Parameters of a connection string that Prisma 6 read and that a driver adapter ignores. */
export function checkUrlParameters(subject: Subject): readonly DoctorFinding[] {
  const seen = new Set<string>()
  return urlUses(subject).flatMap((use) => {
    const { place, pool, url } = use
    if (pool.settings.kind === 'pg-pool' || !isOfPrismaPg(pool, subject.pools)) return []
    if (!url.scheme.startsWith('postgres')) return []
    const key = `${place.path}:${place.line}`
    const ignored = ignoredIn(use)
    if (ignored.length === 0 || seen.has(key)) return []
    seen.add(key)
    return [findingOf(use, ignored)]
  })
}

function ignoredIn({ url, pool }: UrlUse): readonly string[] {
  return [...url.parameters.keys()].filter((name) => {
    if (!Object.hasOwn(TRANSLATED, name)) return false
    if (name !== 'schema') return true
    // `public` is what the adapter takes anyway.
    const isDefault = url.parameters.get(name) === 'public'
    return !isDefault && !pool.options.has('schema') && !isSetInCode(pool)
  })
}

// What the second argument holds beyond an object literal is not known.
function isSetInCode({ node, options }: UrlUse['pool']): boolean {
  return node.arguments.length > 1 && options.size === 0
}

function findingOf(
  { place, pool, url, variable }: UrlUse,
  ignored: readonly string[],
): DoctorFinding {
  const isHarmless = ignored.every((name) => TRANSLATED[name] === undefined)
  const named = ignored.map((name) => `\`${name}\``).join(', ')
  const settings = ignored.flatMap((name) => {
    const value = Number(url.parameters.get(name))
    const text = Number.isInteger(value) && value > 0 ? TRANSLATED[name]?.(value) : undefined
    return text ? [`\`${text}\``] : []
  })
  const by = pool.made === 'PrismaPg' ? 'PrismaPg' : 'pg.Pool'
  return found('URL_PARAMETER_IGNORED', place, {
    severity: isHarmless ? 'info' : 'warning',
    message: `${variable === undefined ? 'This connection string' : `\`${variable}\``} has ${named}, which ${pool.module.path} hands to \`${by}\`: a driver adapter does not read ${ignored.length === 1 ? 'it' : 'them'}${isHarmless ? ', and needs none of it.' : ', and says nothing.'}`,
    evidence: {
      parameters: ignored.join(', '),
      pool: pool.module.path,
      ...(variable !== undefined && { variable }),
    },
    change: isHarmless
      ? `Take ${named} out of it, or leave it: nothing depends on it.`
      : `Hand it to \`pgPool()\` of \`@oneprisma/client/pg\`, which translates each or refuses it by name${settings.length > 0 ? `; or write ${[...new Set(settings)].join(', ')} in the settings of the pool` : ''}.`,
  })
}
