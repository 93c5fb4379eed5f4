import type { Variable } from '@typescript-eslint/scope-manager'
import type { FoundSite, ModuleAnalysis, NewClient } from './find-sites.ts'
import { guardOf } from './global-guard.ts'
import type { ReasonCode } from './reason.ts'
import { isSharedHere } from './sharing.ts'
import type { Decision, SiteContext } from './site.ts'
import { functionAround, memberName, wrapped } from './syntax.ts'

/** What a decision depends on beyond the module itself. */
export interface SiteFacts {
  readonly context: SiteContext
  /** Whether other modules import the client that this one exports, or the user says that they do. */
  readonly isImported: boolean
  /** The client that is shared: its generator's folder, or `@prisma/client`. */
  readonly mainClient: string
  /** False for a module that is no good as the shared one, whatever it exports. */
  readonly canShare?: boolean
}

export interface Verdict {
  readonly decision: Decision
  readonly reason: ReasonCode
}

/** Decides what is to become of a site: nothing that could change what a program means is rewritten. */
export function decide(site: FoundSite, analysis: ModuleAnalysis, facts: SiteFacts): Verdict {
  if (site.kind === 're-export') return keep('RE_EXPORT')
  if (facts.context === 'template') return keep('TEMPLATE_FILE')
  if (facts.context === 'test') return keep('TEST_CLIENT')
  if (site.made.isEdge || facts.context === 'edge') return keep('EDGE_CLIENT')
  if (site.client === undefined) return keep('SUBCLASS')
  // A component runs in browsers too, and what it imports would have to do so as well.
  if (/\.(?:vue|svelte)$/.test(analysis.module.path)) return review('UNSUPPORTED_FILE')
  const place = placeOf(site, site.client, analysis, facts)
  if (place !== undefined) return place
  if (site.kind === 'wrapper') return keep('WRAPPER')
  if (site.made.made === 'subclass') return keep('SUBCLASS')
  if (site.made.client !== facts.mainClient) return keep('OTHER_CLIENT')
  return (
    byChain(site.client.chain) ??
    byOptions(site.client) ??
    byHolder(site, site.client, analysis) ??
    rewrite('VALUE_CLIENT')
  )
}

function keep(reason: ReasonCode): Verdict {
  return { decision: 'keep', reason }
}

function review(reason: ReasonCode): Verdict {
  return { decision: 'review', reason }
}

function rewrite(reason: ReasonCode): Verdict {
  return { decision: 'rewrite', reason }
}

/** Modules and functions whose purpose is to make a client stay as they are. */
function placeOf(
  site: FoundSite,
  client: NewClient,
  analysis: ModuleAnalysis,
  facts: SiteFacts,
): Verdict | undefined {
  const { evaluator } = analysis
  if (client.holder.type === 'returned') {
    const call = client.holder.fn.parent
    const value = call?.type === 'CallExpression' ? evaluator.valueOf(call) : undefined
    if (value?.kind === 'client' && value.isShared) return keep('ALREADY_SHARED')
  }
  if (facts.canShare !== false && isSharedHere(site, analysis, facts)) return keep('SHARED_MODULE')
  // What a function returns can be the answer to a query of a client that it made for that.
  const isWhole = client.chain.every((name) => name === '$extends')
  const isMade = (client.holder.type === 'returned' && isWhole) || isReturned(client)
  return isMade && guardOf(site, analysis) === undefined ? keep('FACTORY') : undefined
}

/** `const client = new PrismaClient(...); ...; return client`: a factory with more to do. */
function isReturned({ holder }: NewClient): boolean {
  if (holder.type !== 'variable' || holder.variable.scope.type === 'module') return false
  return holder.variable.references.some(
    ({ identifier }) => wrapped(identifier).parent?.type === 'ReturnStatement',
  )
}

function byChain([first]: readonly string[]): Verdict | undefined {
  if (first === undefined || !first.startsWith('$')) return undefined
  return review(first === '$on' || first === '$use' ? 'LISTENERS' : 'EXTENDED_CLIENT')
}

function byOptions({ options }: NewClient): Verdict | undefined {
  const { names, isOpaque } = options
  if (names.includes('datasources') || names.includes('datasourceUrl')) {
    return review('DATASOURCE_OPTIONS')
  }
  if (isOpaque) return review('OPAQUE_OPTIONS')
  if (names.length === 0) return undefined
  if (names.includes('adapter')) return review('ADAPTER_OPTIONS')
  return review(names.every((name) => name === 'log') ? 'LOG_OPTIONS' : 'CUSTOM_OPTIONS')
}

function byHolder(
  site: FoundSite,
  client: NewClient,
  analysis: ModuleAnalysis,
): Verdict | undefined {
  const guard = guardOf(site, analysis)
  if (guard !== undefined)
    return customised(guard.variable) ?? rewrite(guard.isGlobal ? 'GLOBAL_GUARD' : 'MODULE_CLIENT')
  if (client.isConditional) {
    const isTernary = site.node.parent?.type === 'ConditionalExpression'
    return isTernary ? keep('CONDITIONAL_CLIENT') : review('CONDITIONAL_CLIENT')
  }
  const { holder } = client
  switch (holder.type) {
    case 'variable':
      return ofVariable(site, holder.variable, analysis)
    case 'assigned':
      return review(functionAround(site.node) === undefined ? 'REASSIGNED' : 'LAZY_GETTER')
    case 'global':
      return rewrite('GLOBAL_GUARD')
    case 'field':
      return rewrite('FIELD_CLIENT')
    case 'nothing':
      return rewrite(client.chain.length === 0 ? 'UNUSED_CLIENT' : 'VALUE_CLIENT')
    default:
      return undefined
  }
}

function ofVariable(site: FoundSite, variable: Variable, analysis: ModuleAnalysis): Verdict {
  const [definition] = variable.defs
  const declaration = definition?.node.parent
  if (declaration?.type === 'VariableDeclaration' && declaration.kind.endsWith('using')) {
    return review('USING_DECLARATION')
  }
  if (variable.references.filter((reference) => reference.isWrite()).length > 1) {
    return review('REASSIGNED')
  }
  const isExported =
    declaration?.parent?.type === 'ExportNamedDeclaration' ||
    analysis.exported.some((exported) => exported.variable === variable)
  const isMember = (site.client?.chain.length ?? 0) > 0
  if (!isMember) {
    const verdict = customised(variable)
    if (verdict !== undefined) return verdict
    if (isExported) return rewrite('EXPORTED_COPY')
    if (!variable.references.some((reference) => reference.isRead()))
      return rewrite('UNUSED_CLIENT')
  } else if (site.client?.holder.type === 'variable') {
    return rewrite('VALUE_CLIENT')
  }
  return rewrite(functionAround(site.node) === undefined ? 'MODULE_CLIENT' : 'LOCAL_CLIENT')
}

/** What is hung on the client of this module would be hung on the client of all. */
function customised(variable: Variable): Verdict | undefined {
  const called = variable.references.flatMap(({ identifier }) => {
    const { parent } = identifier
    return parent?.type === 'MemberExpression' && parent.object === identifier
      ? (memberName(parent) ?? [])
      : []
  })
  if (called.some((name) => name === '$on' || name === '$use')) return review('LISTENERS')
  return called.includes('$extends') ? review('EXTENDED_CLIENT') : undefined
}
