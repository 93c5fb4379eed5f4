import { memberName, unwrap, type Evaluator, type Node } from '@oneprisma/sites'

/** The key of the global object that an expression reads or writes: `prisma` for `globalForPrisma.prisma`. */
export function globalSlot(node: Node, { names }: Evaluator): string | undefined {
  const member = unwrap(node)
  if (member.type !== 'MemberExpression') return undefined
  const known = names.globalMember(member)
  if (known !== undefined) return known

  // `declare const globalThis: { prisma: PrismaClient } & typeof global` only gives it another type.
  const object = unwrap(member.object)
  if (object.type !== 'Identifier' || !/^global(This)?$/.test(object.name)) return undefined
  const isDeclaredOnly = names
    .variableOf(object)
    ?.defs.every(({ parent }) => parent?.type === 'VariableDeclaration' && parent.declare)
  return isDeclaredOnly ? memberName(member) : undefined
}
