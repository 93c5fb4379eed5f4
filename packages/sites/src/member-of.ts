import type { Binding } from './site.ts'
import type { Value } from './value.ts'

/** What a module exports under a name, bound in the way that the importing module has it. */
export function memberOf(
  value: Value | undefined,
  name: string | undefined,
  isDestructured = false,
): Value | undefined {
  if (value?.kind !== 'module' || name === undefined) return undefined
  const binding: Binding =
    isDestructured && value.binding === 'require' ? 'require-destructure' : value.binding
  const member = value.exports.get(name)
  if (member === undefined) {
    // `module.exports` of a CommonJS module is its default as well.
    return name === 'default' ? value : undefined
  }
  return 'source' in member
    ? { ...member, source: value.source, binding: bindingOf(member, binding) }
    : member
}

function bindingOf(member: Value, binding: Binding): Binding {
  return member.kind === 'constructor' && member.made !== 'prisma' ? member.binding : binding
}
