/**
 * What a value has to look like: a kind, the members of an object (with a `?` behind those that may
 * be missing), the one shape of all members (`*`), or a list with the one shape of its entries.
 */
export type Shape =
  | 'number'
  | 'string'
  | 'boolean'
  | 'number or null'
  | { readonly [member: string]: Shape }
  | readonly [Shape]

/** Whether a value has a shape. What the shape does not name may be there. */
export function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === 'number') return Number.isFinite(value)
  if (shape === 'number or null') return value === null || Number.isFinite(value)
  if (typeof shape === 'string') return typeof value === shape
  if (isList(shape)) return Array.isArray(value) && value.every((each) => hasShape(each, shape[0]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(shape).every(([member, inner]) => {
    if (member === '*') return Object.values(value).every((each) => hasShape(each, inner))
    const name = member.replace(/\?$/, '')
    if (!Object.hasOwn(value, name)) return member.endsWith('?')
    return hasShape(Reflect.get(value, name), inner)
  })
}

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape)
}
