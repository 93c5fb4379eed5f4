import { functionAround, type ModuleAnalysis, type Node } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { analyzeFile } from '../analyze-file.ts'
import { mayHaveScopes } from '../may-concern.ts'
import { Origins } from '../origins.ts'
import { pageOf, placeOf } from '../place.ts'
import type { NoEscapingPromiseOptions } from '../plugin.d.ts'
import { prismaQueries } from '../prisma-queries.ts'
import { QueryFate, type Escape } from '../query-fate.ts'
import { findScopes, scopeAround } from '../request-scopes.ts'

export const noEscapingPromise: Rule.RuleModule = {
  meta: {
    type: 'problem',
    hasSuggestions: true,
    docs: {
      description: 'Disallow a query of Prisma that leaves the scope of its request unsent.',
      recommended: true,
      url: pageOf('no-escaping-promise'),
    },
    schema: [
      {
        type: 'object',
        properties: {
          helpers: {
            type: 'array',
            items: { type: 'string' },
            uniqueItems: true,
            description: 'More functions that run the function they are given in a scope.',
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ helpers: [] }],
    messages: {
      floating:
        'This query is never sent: Prisma sends a query when it is awaited, and nothing in `{{helper}}` awaits it.',
      stored:
        'This query is not sent here but by whoever awaits `{{target}}`, without the context of `{{helper}}`.',
      contained:
        'This query leaves `{{helper}}` unsent: what the function returns is awaited, and not what is in it.',
      deferred:
        'This query is sent when `{{callee}}` sees fit, which may be after `{{helper}}` has ended.',
      await: 'Send the query here, by `await`.',
    },
  },
  create(context) {
    // The schema admits nothing else.
    const [options] = context.options as readonly (NoEscapingPromiseOptions | undefined)[]
    const helpers = options?.helpers ?? []
    if (helpers.length === 0 && !mayHaveScopes(context)) return {}
    return {
      Program() {
        const { analysis, settings } = analyzeFile(context)
        const origins = new Origins(analysis)
        const scopes = findScopes(analysis, { settings, origins, helpers })
        if (scopes.length === 0) return
        for (const query of prismaQueries(analysis)) {
          const scope = scopeAround(query, scopes)
          const escape = scope && new QueryFate(analysis, origins, scope).of(query)
          if (scope === undefined || escape === undefined) continue
          context.report({
            loc: placeOf(query, context),
            messageId: escape.type,
            data: { helper: scope.helper, ...namesOf(escape, analysis) },
            suggest: canAwait(query, escape)
              ? [
                  {
                    messageId: 'await',
                    fix: (fixer) => fixer.insertTextBeforeRange(query.range, 'await '),
                  },
                ]
              : [],
          })
        }
      },
    }
  },
}

function namesOf(escape: Escape, { module }: ModuleAnalysis): Record<string, string> {
  const textOf = (node: Node): string => module.text.slice(...node.range)
  if (escape.type === 'stored') return { target: textOf(escape.target) }
  return escape.type === 'deferred' ? { callee: textOf(escape.callee) } : {}
}

/** What takes a promise to wait for it is not to get what the query found instead. */
function canAwait(query: Node, { type }: Escape): boolean {
  return type !== 'deferred' && functionAround(query)?.async === true
}
