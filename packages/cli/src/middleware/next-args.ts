import type { TSESTree } from '@typescript-eslint/types'
import { keyName, type Node, unwrap } from '@oneprisma/sites'

/** What tells the middleware's own names apart. */
export interface ParamsReader {
  isParams(node: Node): boolean
  isMember(node: Node, member: 'model' | 'action' | 'args'): boolean
}

/** A call of the next middleware with the args that it gives, `undefined` for those of the params. */
export interface NextCall {
  readonly call: TSESTree.CallExpression
  readonly args: Node | undefined
}

/**
 * Reads `next(params)`, `next({ ...params, args: {...} })` and `next({ model, action, args })`;
 * anything else may give the rest of the query another model or action.
 */
export function readNextCall(
  call: TSESTree.CallExpression,
  reader: ParamsReader,
): NextCall | undefined {
  const [argument, ...more] = call.arguments
  if (argument === undefined || more.length > 0) return undefined
  const given = unwrap(argument)
  if (reader.isParams(given)) return { call, args: undefined }
  if (given.type !== 'ObjectExpression') return undefined

  const kept = new Set<string>()
  let args: Node | undefined
  for (const property of given.properties) {
    if (property.type === 'SpreadElement') {
      if (property !== given.properties[0] || !reader.isParams(unwrap(property.argument))) {
        return undefined
      }
      kept.add('model').add('action')
      continue
    }
    const name = keyName(property.key, property.computed)
    if (name === 'args') args = property.value
    else if (
      (name !== 'model' && name !== 'action') ||
      !reader.isMember(unwrap(property.value), name)
    )
      return undefined
    else kept.add(name)
  }
  if (args === undefined || kept.size < 2) return undefined
  const value = unwrap(args)
  if (reader.isMember(value, 'args')) return { call, args: undefined }
  return value.type === 'ObjectExpression' ? { call, args } : undefined
}
