import {
  findDisconnects,
  hasEnd,
  memberName,
  walk,
  type ModuleSource,
  type Node,
} from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { analyzeFile } from '../analyze-file.ts'
import { lineOf } from '../line-of.ts'
import { pageOf, placeOf } from '../place.ts'
import { sharedClients } from '../shared-clients.ts'

export const noDisconnectInRequest: Rule.RuleModule = {
  meta: {
    type: 'problem',
    hasSuggestions: true,
    docs: {
      description: 'Disallow disconnecting the shared client in code that runs per request.',
      recommended: true,
      url: pageOf('no-disconnect-in-request'),
    },
    schema: [],
    messages: {
      disconnect:
        '`{{code}}` closes the connections of every request that is under way in this process, and the next query has to connect again. Leave it out: the client closes when the process ends.',
      remove: 'Remove `{{code}}`.',
    },
  },
  create(context) {
    if (!context.sourceCode.text.includes('$disconnect')) return {}
    return {
      Program() {
        const { analysis, context: place } = analyzeFile(context)
        if (hasEnd(place) || place === 'test' || place === 'template') return
        const { module } = analysis
        const { variables, expressions } = sharedClients(analysis)
        for (const { offset } of findDisconnects(module, variables, { expressions })) {
          const node = mentionAt(offset, module)
          const statement = statementOf(node)
          const text = (of: Node): string => module.text.slice(...of.range)
          context.report({
            loc: placeOf(node, context),
            messageId: 'disconnect',
            data: { code: text(node) },
            suggest:
              statement === undefined
                ? []
                : [
                    {
                      messageId: 'remove',
                      data: { code: text(statement) },
                      fix: (fixer) => fixer.removeRange(lineOf(statement, module.text)),
                    },
                  ],
          })
        }
      },
    }
  },
}

/** The method that begins at an offset, `prisma.$disconnect`, or else the name that stands for it. */
function mentionAt(offset: number, { program }: ModuleSource): Node {
  let found: Node = program
  walk(program, (node) => {
    if (node.range[0] !== offset || found.type === 'MemberExpression') return
    if (node.type === 'Identifier' || memberName(node) === '$disconnect') found = node
  })
  return found
}

/** The statement that does nothing but disconnect, where it can go without a trace. */
function statementOf(node: Node): Node | undefined {
  let at = node.parent
  if (at?.type !== 'CallExpression' || at.callee !== node) return undefined
  while (
    at.parent.type === 'ChainExpression' ||
    at.parent.type === 'AwaitExpression' ||
    (at.parent.type === 'UnaryExpression' && at.parent.operator === 'void')
  ) {
    at = at.parent
  }
  const statement = at.parent
  if (statement.type !== 'ExpressionStatement') return undefined
  const list = statement.parent.type
  return list === 'BlockStatement' || list === 'Program' ? statement : undefined
}
