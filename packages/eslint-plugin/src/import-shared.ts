import type { FoundSite, ModuleAnalysis, Node, ReasonCode } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { lineOf } from './line-of.ts'
import type { Settings } from './settings.ts'

/**
 * The fix that imports the shared client, for the one shape in which it is sure: a module whose only
 * use of its only import of PrismaClient is `const prisma = new PrismaClient()`.
 */
export function importShared(
  site: FoundSite,
  reason: ReasonCode,
  analysis: ModuleAnalysis,
  settings: Settings,
): Rule.ReportFixer | undefined {
  const { sharedModule, sharedExport } = settings
  const holder = site.client?.holder
  if (sharedModule === undefined || reason !== 'MODULE_CLIENT') return undefined
  if (holder?.type !== 'variable') return undefined
  const declaration = statementAround(holder.declarator)
  const imported = soleImport(site, analysis)
  if (declaration === undefined || imported === undefined) return undefined

  const local = holder.variable.name
  const bound =
    sharedExport === 'default'
      ? local
      : `{ ${sharedExport === local ? local : `${sharedExport} as ${local}`} }`
  const { text } = analysis.module
  const quote = text[imported.source.range[0]] === '"' ? '"' : "'"
  const end = text[imported.range[1] - 1] === ';' ? ';' : ''
  const statement = `import ${bound} from ${quote}${sharedModule}${quote}${end}`
  return (fixer) => [
    fixer.replaceTextRange(imported.range, statement),
    fixer.removeRange(lineOf(declaration, text)),
  ]
}

function statementAround(declarator: Node): Node | undefined {
  const declaration = declarator.parent
  const isPlain =
    declaration?.type === 'VariableDeclaration' &&
    declaration.declarations.length === 1 &&
    declaration.parent.type === 'Program'
  return isPlain ? declaration : undefined
}

function soleImport(site: FoundSite, { evaluator }: ModuleAnalysis) {
  if (site.node.type !== 'NewExpression') return undefined
  const variable = evaluator.names.variableOf(site.node.callee)
  const specifier = variable?.defs[0]?.node
  if (specifier?.type !== 'ImportSpecifier' || variable?.references.length !== 1) return undefined
  const declaration = specifier.parent
  return declaration.type === 'ImportDeclaration' && declaration.specifiers.length === 1
    ? declaration
    : undefined
}
