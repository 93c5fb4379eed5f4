import type { Variable } from '@typescript-eslint/scope-manager'
import type { FoundSite, ReasonCode } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { ScannedModule } from '../scan/scan.ts'
import type { Carried } from '../shared-module/module-text.ts'
import { adapterRecipe, isSameRecipe, type AdapterRecipe } from './adapter-recipe.ts'

/** Sites that are put up for review, that the user takes, and that lose nothing. */
export interface Accepted {
  readonly sites: ReadonlySet<FoundSite>
  /** Variables that go with them. */
  readonly droppable: ReadonlySet<Variable>
  /** Options that a new shared module takes over from them. */
  readonly carry: Carried | undefined
  /** Of some sites of a module, those that the shared module can stand for. */
  fitting(
    module: ScannedModule,
    sites: readonly FoundSite[],
    shared: ScannedModule | undefined,
  ): readonly FoundSite[]
}

/**
 * Chooses the sites whose options the shared client has as well. `LOG_OPTIONS`: all that are
 * accepted say the same. `ADAPTER_OPTIONS`: the adapter is made from the same connection string of
 * the environment, and from nothing else. Others cannot be accepted: what they would lose is not
 * known.
 */
export function acceptedSites(
  modules: readonly ScannedModule[],
  project: Project,
  accept: ReadonlySet<ReasonCode>,
): Accepted {
  const sites = new Set<FoundSite>()
  const droppable = new Set<Variable>()
  const recipes = new Map<FoundSite, AdapterRecipe>()
  const logs = new Map<FoundSite, string>()
  for (const { sites: decided, analysis } of modules) {
    for (const { site, verdict } of decided) {
      if (verdict.decision !== 'review' || !accept.has(verdict.reason)) continue
      if (verdict.reason === 'LOG_OPTIONS') {
        const log = logOf(site, analysis.module.text)
        if (log !== undefined) logs.set(site, log)
      } else if (verdict.reason === 'ADAPTER_OPTIONS') {
        const recipe = adapterRecipe(site, analysis)
        if (recipe !== undefined) recipes.set(site, recipe)
      }
    }
  }
  const [recipe] = recipes.values()
  const isExpected = recipe !== undefined && isWrittenByUs(recipe, modules, project)
  for (const [site, own] of recipes) {
    if (recipe === undefined || !isSameRecipe(own, recipe)) continue
    sites.add(site)
    for (const variable of own.variables) droppable.add(variable)
  }
  const [log] = logs.values()
  for (const [site, own] of logs) if (own === log) sites.add(site)
  return {
    sites,
    droppable,
    carry: log === undefined ? undefined : { options: [log] },
    fitting: (module, wanted, shared) =>
      wanted.filter((site) => {
        if (!sites.has(site)) return true
        const own = recipes.get(site)
        if (shared === undefined) return own === undefined || isExpected
        return shared.sites.some(({ site: other }) => {
          const theirs = adapterRecipe(other, shared.analysis)
          if (own !== undefined) return theirs !== undefined && isSameRecipe(own, theirs)
          return logOf(other, shared.text) === logs.get(site)
        })
      }),
  }
}

/** Whether the module that would be written makes its adapter in the same way. */
function isWrittenByUs(
  { className, source, urlVariable }: AdapterRecipe,
  [first]: readonly ScannedModule[],
  project: Project,
): boolean {
  if (className !== 'PrismaPg' || source !== '@prisma/adapter-pg' || first === undefined)
    return false
  const variables = project.generators.flatMap(({ datasource }) => datasource?.urlVariable ?? [])
  return variables.length === 0 ? urlVariable === 'DATABASE_URL' : variables.includes(urlVariable)
}

/** `log: [...]` as it is written, with its white space evened out. */
function logOf(site: FoundSite, text: string): string | undefined {
  if (site.node.type !== 'NewExpression') return undefined
  const [options] = site.node.arguments
  if (options?.type !== 'ObjectExpression' || options.properties.length !== 1) return undefined
  const [property] = options.properties
  if (property?.type !== 'Property') return undefined
  const written = text.slice(...property.range)
  // What is named elsewhere cannot be taken along.
  return /[A-Za-z_$][\w$]*\s*(?:[,)\]}.(]|$)/.test(
    written.replaceAll(/'[^']*'|"[^"]*"|\w+\s*:/g, ''),
  )
    ? undefined
    : written.replaceAll(/\s+/g, ' ')
}
