import { stringValue, unwrap, type Edit, type Node } from '@oneprisma/sites'
import type { Sharing } from './sharing.ts'
import type { SourceStyle } from './source-style.ts'

/** Imports `sharePrisma` right below the statement that brings PrismaClient. */
export function importEdit(
  { analysis }: Sharing,
  localName: string,
  needsTools: boolean,
  { quote, end, newline, usesImport, isTypeScript }: SourceStyle,
): Edit {
  const { module, sites } = analysis
  const as = usesImport ? ' as ' : ': '
  const shared = localName === 'sharePrisma' ? localName : `sharePrisma${as}${localName}`
  const names = needsTools && isTypeScript ? `${shared}, type ShareTools` : shared
  const source = `${quote}@oneprisma/client${quote}`
  const line = usesImport
    ? `import { ${names} } from ${source}${end}`
    : `const { ${names} } = require(${source})${end}`

  const { body } = module.program
  const made = sites.find(({ client }) => client !== undefined)?.made.source
  const above =
    body.find((statement) => sourceOf(statement) === made) ??
    body.findLast((statement) => sourceOf(statement) !== undefined)
  if (above !== undefined) {
    const lineEnd = module.text.indexOf('\n', above.range[1])
    const at = lineEnd === -1 ? module.text.length : lineEnd
    const place = module.text[at - 1] === '\r' ? at - 1 : at
    return { start: place, end: place, text: `${newline}${line}` }
  }
  const first = body.find((statement) => !('directive' in statement) || !statement.directive)
  const start = first?.range[0] ?? module.text.length
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
