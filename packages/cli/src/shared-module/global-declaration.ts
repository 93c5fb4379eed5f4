import type { Node } from '@oneprisma/sites'

/**
 * What declares the keys under which the client was kept: `declare global { var prisma }`, in any
 * of its forms. The whole block, where nothing else is in it.
 */
export function declarationsOf(slots: ReadonlySet<string>, body: readonly Node[]): Node[] {
  return body.flatMap((statement): readonly Node[] => {
    if (statement.type === 'TSModuleDeclaration' && statement.kind === 'global') {
      return partsToRemove(statement, statement.body.body, slots)
    }
    return []
  })
}

function partsToRemove(
  block: Node,
  members: readonly Node[],
  slots: ReadonlySet<string>,
): readonly Node[] {
  const parts = members.map((member) => ({ member, removed: removedOf(member, slots) }))
  const isEmptied = parts.every(({ member, removed }) => removed.includes(member))
  return isEmptied && parts.length > 0 ? [block] : parts.flatMap(({ removed }) => removed)
}

function removedOf(member: Node, slots: ReadonlySet<string>): readonly Node[] {
  switch (member.type) {
    case 'VariableDeclaration': {
      const isOurs = member.declarations.every(
        ({ id }) => id.type === 'Identifier' && slots.has(id.name),
      )
      return isOurs ? [member] : []
    }
    case 'TSInterfaceDeclaration':
      return partsToRemove(member, member.body.body, slots)
    case 'TSPropertySignature':
      return member.key.type === 'Identifier' && slots.has(member.key.name) ? [member] : []
    case 'TSModuleDeclaration':
      return member.body?.type === 'TSModuleBlock'
        ? partsToRemove(member, member.body.body, slots)
        : []
    default:
      return []
  }
}
