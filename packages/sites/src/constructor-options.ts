import type { Names } from './names.ts'
import { keyName, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

/** What a constructor is given. */
export interface ConstructorOptions {
  /** The names of the options, in their order. */
  readonly names: readonly string[]
  /** Whether there is more than the text tells: an identifier, a spread, a call. */
  readonly isOpaque: boolean
}

/** Reads the names of the options that `new PrismaClient(...)` is given. */
export function constructorOptions(args: readonly Node[], names: Names): ConstructorOptions {
  const [first] = args
  if (first === undefined) return { names: [], isOpaque: false }
  return optionsOf(unwrap(first), names)
}

function optionsOf(node: Node, names: Names): ConstructorOptions {
  if (node.type === 'Identifier') {
    const init = onlyValueOf(node, names)
    const known = init && optionsOf(init, names)
    // What a variable holds is known by name; what has been added to it since is not.
    return { names: known?.names ?? [], isOpaque: true }
  }
  if (node.type !== 'ObjectExpression') return { names: [], isOpaque: true }
  const found: string[] = []
  let isOpaque = false
  for (const property of node.properties) {
    const name = property.type === 'Property' ? keyName(property.key, property.computed) : undefined
    if (name === undefined) isOpaque = true
    else found.push(name)
  }
  return { names: found, isOpaque }
}

function onlyValueOf(node: Node, names: Names): Node | undefined {
  const definition = names.variableOf(node)?.defs[0]?.node
  return definition?.type === 'VariableDeclarator' && definition.init !== null
    ? unwrap(definition.init)
    : undefined
}
