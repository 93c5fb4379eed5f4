import type { ModuleSource } from './module-source.ts'
import type { SiteContext } from './site.ts'
import { keyName, stringValue } from './syntax.ts'
import type { Node } from './walk.ts'

/** What runs a module in an edge runtime, for a message; `undefined` if nothing does. */
export function edgeReason(
  { path, program }: ModuleSource,
  context: SiteContext,
): 'edge-config' | 'edge-middleware' | undefined {
  if (context === 'edge') return 'edge-config'
  return isNextMiddleware(path, program.body) ? 'edge-middleware' : undefined
}

/** `middleware.ts` of Next.js. `proxy.ts`, which replaces it in Next.js 16, runs on Node.js. */
function isNextMiddleware(path: string, body: readonly Node[]): boolean {
  if (!/(?:^|\/)middleware\.[jt]s$/.test(path)) return false
  const exported = new Set(body.flatMap(exportedNames))
  if (body.some(choosesNode)) return false
  if (exported.has('middleware')) return true
  // The name of the file alone is Express's, too.
  return exported.has('default') && (exported.has('config') || body.some(importsNext))
}

function importsNext(node: Node): boolean {
  return node.type === 'ImportDeclaration' && /^next(?:$|[-/])/.test(node.source.value)
}

function exportedNames(node: Node): string[] {
  if (node.type === 'ExportDefaultDeclaration') return ['default']
  if (node.type !== 'ExportNamedDeclaration') return []
  const { declaration, specifiers } = node
  if (declaration?.type === 'FunctionDeclaration')
    return declaration.id ? [declaration.id.name] : []
  if (declaration?.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return specifiers.map(({ exported }) =>
    exported.type === 'Identifier' ? exported.name : exported.value,
  )
}

/** `export const config = { runtime: 'nodejs' }` */
function choosesNode(node: Node): boolean {
  if (node.type !== 'ExportNamedDeclaration') return false
  if (node.declaration?.type !== 'VariableDeclaration') return false
  return node.declaration.declarations.some(
    ({ id, init }) =>
      id.type === 'Identifier' &&
      id.name === 'config' &&
      init?.type === 'ObjectExpression' &&
      init.properties.some(
        (property) =>
          property.type === 'Property' &&
          keyName(property.key, property.computed) === 'runtime' &&
          stringValue(property.value) === 'nodejs',
      ),
  )
}
