import type { Node } from '@oneprisma/sites'
import type { FoundPlace } from './found.ts'
import { placeOf } from './module.ts'
import type { PoolSite } from './pool-site.ts'
import type { Subject } from './subject.ts'
import { urlShapeOf, type UrlShape } from './url-shape.ts'

/** A connection string that is written down somewhere, and the pool that the code makes of it. */
export interface UrlUse {
  readonly place: FoundPlace
  /** undefined where it stands in the code. */
  readonly variable: string | undefined
  readonly url: UrlShape
  readonly pool: PoolSite
}

/** Pairs every pool with the connection strings that it may get: from the code, and from env files. */
export function urlUses({ pools, settings }: Subject): readonly UrlUse[] {
  return pools.flatMap((pool) => {
    const text = pool.urlText && textOf(pool.urlText)
    const written = text === undefined ? undefined : urlShapeOf(text)
    const inCode: readonly UrlUse[] =
      written === undefined || pool.urlText === undefined
        ? []
        : [{ place: placeOf(pool.module, pool.urlText), variable: undefined, url: written, pool }]
    const inFiles = settings.flatMap(({ name, url, path, line }): readonly UrlUse[] =>
      url !== undefined && name === pool.urlVariable
        ? [{ place: { path, line }, variable: name, url, pool }]
        : [],
    )
    return [...inCode, ...inFiles]
  })
}

/** The text of a literal, with a letter for each part that is computed. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type !== 'TemplateLiteral') return undefined
  return node.quasis.map(({ value }) => value.raw).join('x')
}

/** Whether the pool is Prisma's: an adapter makes it, or is given it. */
export function isOfPrismaPg(pool: PoolSite, pools: readonly PoolSite[]): boolean {
  if (pool.made === 'PrismaPg') return true
  return pools.some(({ settings }) => settings.kind === 'pool' && settings.made === pool.node)
}
