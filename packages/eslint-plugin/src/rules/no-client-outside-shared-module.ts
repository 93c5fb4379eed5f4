import type { SiteContext } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { analyzeFile } from '../analyze-file.ts'
import { importShared } from '../import-shared.ts'
import { judgeSites, type JudgedSite } from '../judge-sites.ts'
import { mayMakeClients } from '../may-concern.ts'
import { className, functionName } from '../owner-name.ts'
import { pageOf, placeOf } from '../place.ts'
import type { NoClientOutsideSharedModuleOptions } from '../plugin.d.ts'

/** What bundlers put together from many modules, by what they call it. */
const BUNDLED: Partial<Record<SiteContext, string>> = {
  'api-route': 'API route',
  'auth-handler': 'auth handler',
  page: 'page',
  'server-action': 'server action',
  middleware: 'middleware',
  webhook: 'webhook',
}

export const noClientOutsideSharedModule: Rule.RuleModule = {
  meta: {
    type: 'problem',
    hasSuggestions: true,
    docs: {
      description: 'Disallow making a PrismaClient anywhere but in the shared module.',
      recommended: true,
      url: pageOf('no-client-outside-shared-module'),
    },
    schema: [
      {
        type: 'object',
        properties: {
          ignorePerRequest: {
            type: 'boolean',
            description: 'Leaves clients per call and per object to `no-client-per-request`.',
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ ignorePerRequest: false }],
    messages: {
      perBundle:
        'This creates a client, and a connection pool, for every bundle that this {{place}} gets into, and another one on every hot reload. {{advice}}',
      perModule:
        'This creates a client, and a connection pool, for this module alone, beside those of all others. {{advice}}',
      perCall:
        'This creates a client, and a connection pool, on every call of {{name}}. {{advice}}',
      perObject:
        'This creates a client, and a connection pool, for every object of {{name}}. {{advice}}',
      perRun:
        'This {{place}} makes a client of its own, which nothing counts, observes or closes but the {{place}} itself. {{advice}}',
      importShared: 'Import the shared client from "{{from}}".',
    },
  },
  create(context) {
    // The schema admits nothing else.
    const [options] = context.options as readonly (NoClientOutsideSharedModuleOptions | undefined)[]
    if (!mayMakeClients(context)) return {}
    return {
      Program() {
        const file = analyzeFile(context)
        for (const judged of judgeSites(file)) {
          const { site, verdict, lifetime } = judged
          if (verdict.decision === 'keep') continue
          const isPerRequest = lifetime === 'call' || lifetime === 'object'
          if (isPerRequest && options?.ignorePerRequest === true) continue
          const from = file.settings.sharedModule
          const fix = importShared(site, verdict.reason, file.analysis, file.settings)
          context.report({
            loc: placeOf(site.node, context),
            messageId: messageOf(judged, file.context),
            data: { ...dataOf(judged, file.context), advice: adviceOf(judged, from) },
            suggest:
              fix === undefined
                ? []
                : [{ messageId: 'importShared', data: { from: `${from}` }, fix }],
          })
        }
      },
    }
  },
}

function messageOf({ lifetime }: JudgedSite, context: SiteContext): string {
  switch (lifetime) {
    case 'call':
      return 'perCall'
    case 'object':
      return 'perObject'
    case 'run':
      return 'perRun'
    default:
      return BUNDLED[context] === undefined ? 'perModule' : 'perBundle'
  }
}

function dataOf({ lifetime, site }: JudgedSite, context: SiteContext): Record<string, string> {
  const name = lifetime === 'object' ? className(site.node) : functionName(site.node)
  return { name, place: BUNDLED[context] ?? (context === 'seed' ? 'seed script' : context) }
}

function adviceOf({ verdict }: JudgedSite, from: string | undefined): string {
  const shared = from === undefined ? 'the shared client' : `the shared client from "${from}"`
  return verdict.decision === 'rewrite'
    ? `Import ${shared} instead.`
    : `Move what is special about it to the shared module, and import ${shared} instead.`
}
