import {
  ancestorsOf,
  functionAround,
  keyName,
  memberName,
  type FunctionNode,
  type Node,
} from '@oneprisma/sites'

/** How the function that a node runs in is called, for a message: `` `GET` ``. */
export function functionName(node: Node): string {
  const fn = functionAround(node)
  const name = fn && nameOf(fn)
  return name === undefined ? 'this function' : `\`${name}\``
}

/** How the class that a node is in is called, for a message. */
export function className(node: Node): string {
  for (const above of ancestorsOf(node)) {
    if (above.type !== 'ClassDeclaration' && above.type !== 'ClassExpression') continue
    return above.id === null ? 'this class' : `\`${above.id.name}\``
  }
  return 'this class'
}

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.id?.type === 'Identifier') return fn.id.name
  const { parent } = fn
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined
    case 'AssignmentExpression':
      return memberName(parent.left) === 'exports' ? undefined : memberName(parent.left)
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return keyName(parent.key, parent.computed)
    // `export const GET = withContext(async () => ...)`
    case 'CallExpression':
      return parent.parent.type === 'VariableDeclarator' && parent.parent.id.type === 'Identifier'
        ? parent.parent.id.name
        : undefined
    default:
      return undefined
  }
}
