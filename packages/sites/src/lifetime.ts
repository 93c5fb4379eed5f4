import { hasEnd } from './context.ts'
import type { FoundSite } from './find-sites.ts'
import type { Lifetime, SiteContext } from './site.ts'
import { functionAround } from './syntax.ts'

/** How long a client of a site lives, and so how many there can be at once. */
export function lifetimeOf(site: FoundSite, context: SiteContext): Lifetime {
  if (site.client === undefined) return 'none'
  if (hasEnd(context) || context === 'test') return 'run'
  if (site.client.holder.type === 'field') return 'object'
  if (site.client.holder.type === 'global' || site.client.globals.length > 0) return 'process'
  const fn = functionAround(site.node)
  if (fn === undefined) return 'process'
  // `let prisma` of the module outlives the call that assigns it.
  const { holder } = site.client
  return holder.type === 'assigned' && holder.variable?.scope.type === 'module' ? 'process' : 'call'
}
