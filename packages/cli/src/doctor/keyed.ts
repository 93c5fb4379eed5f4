import { keyName, type Names, type Node } from '@oneprisma/sites'
import { constantOf } from './constant.ts'

/** What an object literal, or a constant of one, holds under a key. */
export function keyed(object: Node, key: string, names: Names): Node | undefined {
  const literal = constantOf(object, names)
  if (literal.type !== 'ObjectExpression') return undefined
  for (const property of literal.properties) {
    if (property.type !== 'Property') continue
    if (keyName(property.key, property.computed) === key) return property.value
  }
  return undefined
}
