import { analyzeModule } from '../src/find-sites.ts'
import { contextOf } from '../src/context.ts'
import { decide } from '../src/decide.ts'
import { lifetimeOf } from '../src/lifetime.ts'
import { prismaExports, type ModuleExports } from '../src/value.ts'
import { parse } from './parse.ts'

const NODE = '@prisma/client'

/** What the specifiers of the tests lead to: Prisma, its edge, a second client, and nothing else. */
function resolve(specifier: string): ModuleExports | undefined {
  if (specifier === NODE) return prismaExports(NODE, false)
  if (specifier === `${NODE}/edge`) return prismaExports(NODE, true)
  return specifier === './generated/billing' ? prismaExports('generated/billing', false) : undefined
}

/** The sites of a module, one line each: kind, place, binding, context, lifetime, decision, reason. */
export function foundSites(text: string, path = 'src/module.ts', isImported = false): string[] {
  const analysis = analyzeModule(parse(text, path), resolve)
  const context = contextOf(analysis.module)
  const facts = { context, isImported, mainClient: NODE }
  return analysis.sites.map((site) => {
    const before = text.slice(0, site.offset).split('\n')
    const { decision, reason } = decide(site, analysis, facts)
    const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
    const lifetime = lifetimeOf(site, context)
    return `${site.kind} ${place} ${site.made.binding} ${context} ${lifetime} ${decision} ${reason}`
  })
}
