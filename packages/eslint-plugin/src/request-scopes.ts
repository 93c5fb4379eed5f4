import {
  isFunction,
  walk,
  type FunctionNode,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import type { Origins } from './origins.ts'
import type { Settings } from './settings.ts'
import { isSharedSpecifier } from './specifiers.ts'

/** A function that runs in the scope of a request, in which nothing is awaited but what it returns. */
export interface RequestScope {
  readonly fn: FunctionNode
  /** How what runs it is called, for a message. */
  readonly helper: string
  /** Whether the function is given an execution context of its own. */
  readonly hasContext: boolean
}

const RUN_ARGUMENT = 2

/** Which argument of a helper is the function that it runs, by the module and the name of the helper. */
const HELPERS: Readonly<Record<string, number>> = {
  '@oneprisma/client/context withContext': 0,
  '@oneprisma/client/context withActionContext': 0,
  '@oneprisma/client/context withRequestContext': 1,
  '@oneprisma/client/cloudflare requestScope.run': RUN_ARGUMENT,
}

export interface FindScopesOptions {
  readonly settings: Settings
  readonly origins: Origins
  /** More helpers, by the text that they are called by. */
  readonly helpers: readonly string[]
}

/** Finds the functions of a module that are given to what runs them in the scope of a request. */
export function findScopes(
  { module, evaluator }: ModuleAnalysis,
  { settings, origins, helpers }: FindScopesOptions,
): readonly RequestScope[] {
  const scopes: RequestScope[] = []
  walk(module.program, (node) => {
    if (node.type !== 'CallExpression') return
    const helper = module.text.slice(...node.callee.range)
    const index = argumentOf(node.callee)
    const given = index === undefined ? [] : node.arguments.slice(index, index + 1)
    const candidates = helpers.includes(helper) ? node.arguments : given
    const fn = candidates.map((candidate) => evaluator.functionOf(candidate)).find(Boolean)
    if (fn !== undefined) scopes.push({ fn, helper, hasContext: index === RUN_ARGUMENT })
  })
  return scopes

  function argumentOf(callee: Node): number | undefined {
    const origin = origins.of(callee)
    if (origin === undefined) return undefined
    // `requestScope` stands in the shared module, which exports its `run`.
    const isSharedRun = origin.path === 'run' && isSharedSpecifier(origin.source, settings)
    return isSharedRun ? RUN_ARGUMENT : HELPERS[`${origin.source} ${origin.path}`]
  }
}

/** The innermost of the scopes that a node runs in. */
export function scopeAround(node: Node, scopes: readonly RequestScope[]): RequestScope | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent) {
    if (!isFunction(at)) continue
    const found = scopes.find(({ fn }) => fn === at)
    if (found !== undefined) return found
  }
  return undefined
}
