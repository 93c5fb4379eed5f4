import type { Variable } from '@typescript-eslint/scope-manager'
import { keyName, stringValue, unwrap } from './syntax.ts'

/** The import or the `require` that a name comes from. */
export interface Origin {
  readonly source: string
  /** The name that the other module exports; `default`, or `*` for all of it. */
  readonly imported: string
}

/** Where a variable comes from, if it is imported as it stands, or `undefined`. */
export function originOf(variable: Variable): Origin | undefined {
  const [definition] = variable.defs
  const node = definition?.node
  switch (node?.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier': {
      if (node.parent?.type !== 'ImportDeclaration') return undefined
      const source = node.parent.source.value
      if (node.type === 'ImportDefaultSpecifier') return { source, imported: 'default' }
      if (node.type === 'ImportNamespaceSpecifier') return { source, imported: '*' }
      const { imported } = node
      return { source, imported: imported.type === 'Identifier' ? imported.name : imported.value }
    }
    case 'VariableDeclarator': {
      const init = node.init === null ? undefined : unwrap(node.init)
      if (init?.type !== 'CallExpression' || init.callee.type !== 'Identifier') return undefined
      if (init.callee.name !== 'require') return undefined
      const source = stringValue(init.arguments[0])
      if (source === undefined) return undefined
      if (node.id.type === 'Identifier') return { source, imported: '*' }
      const property = definition?.name.parent
      if (property?.type !== 'Property') return undefined
      return { source, imported: keyName(property.key, property.computed) ?? '*' }
    }
    default:
      return undefined
  }
}
