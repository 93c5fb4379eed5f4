import {
  keyName,
  memberName,
  originOf,
  stringValue,
  unwrap,
  type Names,
  type Node,
  type Origin,
} from '@oneprisma/sites'

/** What a name stands for, where the module gives it one value for good; any other expression as it is. */
export function constantOf(expression: Node, names: Names): Node {
  let node = unwrap(expression)
  // A chain of names is short; a circle of them is a program that fails.
  for (let steps = 0; steps < 8 && node.type === 'Identifier'; steps++) {
    const variable = names.variableOf(node)
    const [definition] = variable?.defs ?? []
    if (variable === undefined || definition?.node.type !== 'VariableDeclarator') return node
    const { id, init } = definition.node
    if (id.type !== 'Identifier' || init === null) return node
    if (variable.references.some((reference) => reference.isWrite() && !reference.init)) return node
    node = unwrap(init)
  }
  return node
}

/** The export of another package that an expression is: `Pool`, `pg.Pool`, `Pool` of `const { Pool } = pg`. */
export function packageExportOf(expression: Node, names: Names): Origin | undefined {
  const node = unwrap(expression)
  if (node.type === 'MemberExpression') return memberOfPackage(node.object, memberName(node), names)
  const variable = names.variableOf(node)
  if (variable === undefined) return undefined
  const origin = originOf(variable)
  if (origin !== undefined) return origin
  const [definition] = variable.defs
  if (definition?.node.type !== 'VariableDeclarator' || definition.node.init === null) {
    return undefined
  }
  const { id, init } = definition.node
  if (id.type === 'Identifier') {
    const value = unwrap(init)
    return value.type === 'MemberExpression' ? packageExportOf(value, names) : undefined
  }
  const property = definition.name.parent
  if (property?.type !== 'Property') return undefined
  return memberOfPackage(init, keyName(property.key, property.computed), names)
}

function memberOfPackage(object: Node, name: string | undefined, names: Names): Origin | undefined {
  const variable = names.variableOf(unwrap(object))
  const origin = variable && originOf(variable)
  if (origin === undefined || name === undefined) return undefined
  const isWhole = origin.imported === '*' || origin.imported === 'default'
  return isWhole ? { source: origin.source, imported: name } : undefined
}

/** The number that an expression is, where the text says so. */
export function numberOf(expression: Node | undefined, names: Names): number | undefined {
  const node = expression && constantOf(expression, names)
  return node?.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined
}

/** The variable of the environment that an expression reads: `process.env.DATABASE_URL!`, `env.DATABASE_URL`. */
export function envVariableOf(expression: Node, names: Names): string | undefined {
  const node = constantOf(expression, names)
  if (node.type === 'LogicalExpression') return envVariableOf(node.left, names)
  if (node.type === 'CallExpression') {
    const [argument, ...others] = node.arguments
    // `String(process.env.X)` and the backquotes around it change nothing.
    if (names.globalName(node.callee) === 'String')
      return argument && envVariableOf(argument, names)
    return others.length === 0 ? askedVariable(node.callee, argument) : undefined
  }
  if (node.type === 'TemplateLiteral') {
    const [only, ...others] = node.expressions
    const isAlone = node.quasis.every(({ value }) => value.raw === '')
    return only && others.length === 0 && isAlone ? envVariableOf(only, names) : undefined
  }
  const name = memberName(node)
  if (node.type !== 'MemberExpression' || name === undefined) return undefined
  const object = unwrap(node.object)
  const holder = object.type === 'Identifier' ? object.name : memberName(object)
  return holder !== undefined && /^env$/i.test(holder) && VARIABLE.test(name) ? name : undefined
}

const VARIABLE = /^[A-Z_][A-Z0-9_]*$/

/** `configService.get('DATABASE_URL')`, `env('DATABASE_URL')` */
function askedVariable(callee: Node, argument: Node | undefined): string | undefined {
  const name = stringValue(argument)
  const asked = callee.type === 'Identifier' ? callee.name : memberName(callee)
  const isAsking = asked !== undefined && /^(?:get|getOrThrow|env|required|requireEnv)$/.test(asked)
  return isAsking && name !== undefined && VARIABLE.test(name) ? name : undefined
}
