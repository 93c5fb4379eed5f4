import type { Names } from './names.ts'
import { keyName, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

/** What a property of an object literal holds: `const db = { client: new PrismaClient() }`. */
export function propertyValue(
  object: Node,
  name: string | undefined,
  names: Names,
): Node | undefined {
  const [definition] = names.variableOf(unwrap(object))?.defs ?? []
  const init = definition?.node.type === 'VariableDeclarator' ? definition.node.init : null
  const literal = init && unwrap(init)
  if (literal?.type !== 'ObjectExpression' || name === undefined) return undefined
  for (const property of literal.properties) {
    if (property.type !== 'Property') continue
    if (keyName(property.key, property.computed) === name) return property.value
  }
  return undefined
}
