import { edgeReason, prismaImports, type PrismaImport } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { analyzeFile, pathOf, type AnalyzedFile } from '../analyze-file.ts'
import { mayRunAtEdge } from '../may-concern.ts'
import { pageOf, placeOf } from '../place.ts'
import type { Settings } from '../settings.ts'
import { isEdgeSpecifier, isNamedShared, isSharedSpecifier } from '../specifiers.ts'
import { isShared } from '../shared-clients.ts'

const REASONS = {
  'edge-config': "`runtime = 'edge'`",
  'edge-middleware': 'the middleware of Next.js',
}

export const noPrismaInEdge: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow importing Prisma for Node.js in code of edge runtimes.',
      recommended: true,
      url: pageOf('no-prisma-in-edge'),
    },
    schema: [],
    messages: {
      class:
        'Edge code ({{reason}}) has no Node.js, so that the client of "{{specifier}}" fails on its first query. Import a client for edge runtimes, or let this code run on Node.js.',
      shared:
        'Edge code ({{reason}}) has no Node.js and no process to share a client in, so that what "{{specifier}}" exports fails on its first query. Query from code that runs on Node.js.',
    },
  },
  create(context) {
    if (!mayRunAtEdge(context, pathOf(context.filename, context.cwd))) return {}
    return {
      Program() {
        const file = analyzeFile(context)
        const reason = edgeReason(file.analysis.module, file.context)
        if (reason === undefined || hasClientOfRequest(file)) return
        for (const found of prismaImports(file.analysis)) {
          if (!failsAtEdge(found, file.settings)) continue
          context.report({
            loc: placeOf(found.node, context),
            messageId: isShared(found.value) ? 'shared' : 'class',
            data: { reason: REASONS[reason], specifier: found.specifier },
          })
        }
      },
    }
  },
}

/** `requestScope` gives each request a client of its own, which edge runtimes can have. */
function hasClientOfRequest({ analysis }: AnalyzedFile): boolean {
  return analysis.module.program.body.some(
    (node) =>
      node.type === 'ImportDeclaration' && node.source.value === '@oneprisma/client/cloudflare',
  )
}

function failsAtEdge({ specifier, imported = '' }: PrismaImport, settings: Settings): boolean {
  if (isEdgeSpecifier(specifier, settings)) return false
  if (!isSharedSpecifier(specifier, settings) || isNamedShared(specifier, settings)) return true
  // A guess is not enough to say that `db` is not the client of another library.
  return /prisma/i.test(specifier) || /prisma/i.test(imported)
}
