import type { TSESTree } from '@typescript-eslint/types'
import type { Edit, ModuleSource, Node } from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'

/**
 * Drops the names, such as `Prisma` of `Prisma.MiddlewareParams`, that are imported only for text
 * that goes. An import that would be left empty stays.
 */
export function dropUnusedImports(
  { program, scopes }: ModuleSource,
  gone: readonly Node[],
  kept: readonly Node[],
): Edit[] {
  const edits: Edit[] = []
  for (const declaration of program.body) {
    if (declaration.type !== 'ImportDeclaration') continue
    const names = declaration.specifiers.filter(({ type }) => type === 'ImportSpecifier')
    const unused = names.filter((name) =>
      scopes.getDeclaredVariables(name).every(({ references }) => {
        const places = references.map(({ identifier }) => identifier)
        return places.length > 0 && places.every((place) => isGone(place, gone, kept))
      }),
    )
    const [name] = unused
    if (name !== undefined && unused.length === 1 && names.length > 1) edits.push(drop(name, names))
  }
  return edits
}

function isGone(place: Node, gone: readonly Node[], kept: readonly Node[]): boolean {
  const isIn = (outer: Node): boolean => isWithin(place, outer)
  return gone.some(isIn) && !kept.some(isIn)
}

function drop(name: TSESTree.ImportClause, names: readonly TSESTree.ImportClause[]): Edit {
  const index = names.indexOf(name)
  const before = names[index - 1]
  const after = names[index + 1]
  return {
    start: before === undefined ? name.range[0] : before.range[1],
    end: before === undefined && after !== undefined ? after.range[0] : name.range[1],
    text: '',
  }
}
