import type { ReasonCode } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { analyzeFile } from '../analyze-file.ts'
import { judgeSites } from '../judge-sites.ts'
import { mayMakeClients } from '../may-concern.ts'
import { className, functionName } from '../owner-name.ts'
import { pageOf, placeOf } from '../place.ts'

/** Places whose purpose is to make a client, and clients that belong to one call. */
const ON_PURPOSE: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'ALREADY_SHARED',
  'EDGE_CLIENT',
  'FACTORY',
  'SHARED_MODULE',
  'TEMPLATE_FILE',
])

export const noClientPerRequest: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow making a PrismaClient on every call, or for every object.',
      recommended: true,
      url: pageOf('no-client-per-request'),
    },
    schema: [],
    messages: {
      perCall:
        'This creates a client, and a connection pool, on every call of {{name}}; the connections stay open until they have idled out. Make one client for the process, and import it.',
      perObject:
        'This creates a client, and a connection pool, for every object of {{name}}; the connections stay open when the object is gone. Make one client for the process, and import it.',
    },
  },
  create(context) {
    if (!mayMakeClients(context)) return {}
    return {
      Program() {
        for (const { site, verdict, lifetime } of judgeSites(analyzeFile(context))) {
          if (lifetime !== 'call' && lifetime !== 'object') continue
          if (ON_PURPOSE.has(verdict.reason)) continue
          const isPerCall = lifetime === 'call'
          context.report({
            loc: placeOf(site.node, context),
            messageId: isPerCall ? 'perCall' : 'perObject',
            data: { name: isPerCall ? functionName(site.node) : className(site.node) },
          })
        }
      },
    }
  },
}
