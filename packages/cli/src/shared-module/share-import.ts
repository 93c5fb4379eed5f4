import { stringValue, unwrap, type Edit, type Node } from '@oneprisma/sites'
import { extentOf } from './line-removal.ts'
import { topStatement } from './places.ts'
import type { Sharing } from './sharing.ts'
import type { SourceStyle } from './source-style.ts'

/** Imports `sharePrisma` right below the statement that brings PrismaClient. */
export function importEdit(
  { analysis, anchor }: Sharing,
  localName: string,
  needsTools: boolean,
  { quote, end: semicolon, newline, usesImport, isTypeScript }: SourceStyle,
): Edit {
  const { module, sites } = analysis
  const as = usesImport ? ' as ' : ': '
  const shared = localName === 'sharePrisma' ? localName : `sharePrisma${as}${localName}`
  const names = needsTools && isTypeScript ? `${shared}, type ShareTools` : shared
  const source = `${quote}@oneprisma/client${quote}`
  const line = usesImport
    ? `import { ${names} } from ${source}${semicolon}`
    : `const { ${names} } = require(${source})${semicolon}`

  const { body } = module.program
  const made = sites.find(({ client }) => client !== undefined)?.made.source
  const home = topStatement(anchor.node, body)
  // What is required has to be there before it is called; imports always are.
  const before = usesImport || home === undefined ? body : body.slice(0, body.indexOf(home))
  const above =
    before.find((statement) => sourceOf(statement) === made) ??
    before.findLast((statement) => sourceOf(statement) !== undefined)
  if (above !== undefined) {
    const end = extentOf(above, module).end
    const isAlone = /^[^\S\r\n]*(?:\r?\n|$)/.test(module.text.slice(end))
    return { start: end, end, text: isAlone ? `${newline}${line}` : ` ${line}` }
  }
  const first = body.find((statement) => !('directive' in statement) || !statement.directive)
  const start = first === undefined ? 0 : extentOf(first, module).start
  return { start, end: start, text: `${line}${newline}` }
}

/** The specifier that a statement imports or requires. */
function sourceOf(statement: Node): string | undefined {
  if (statement.type === 'ImportDeclaration') return statement.source.value
  if (statement.type === 'TSImportEqualsDeclaration') {
    const { moduleReference } = statement
    return moduleReference.type === 'TSExternalModuleReference'
      ? stringValue(moduleReference.expression)
      : undefined
  }
  if (statement.type !== 'VariableDeclaration') return undefined
  const init = statement.declarations[0]?.init
  if (init === null || init === undefined) return undefined
  const call = unwrap(init)
  const required = call.type === 'MemberExpression' ? unwrap(call.object) : call
  return required.type === 'CallExpression' &&
    required.callee.type === 'Identifier' &&
    required.callee.name === 'require'
    ? stringValue(required.arguments[0])
    : undefined
}
