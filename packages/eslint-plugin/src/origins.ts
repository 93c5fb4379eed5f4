import { keyName, stringValue, unwrap, type ModuleAnalysis, type Node } from '@oneprisma/sites'

/** Where a value comes from: `{ source: 'a', path: 'b.c' }` for `c` of what `a` exports as `b`. */
export interface Origin {
  readonly source: string
  /** Empty for the module itself; a call is passed over, so that `b().c` is `b.c`. */
  readonly path: string
}

/** Tells where the expressions of a module come from, through aliases, patterns and `require`. */
export class Origins {
  readonly #names: ModuleAnalysis['evaluator']['names']
  readonly #open = new Set<Node>()

  constructor({ evaluator }: ModuleAnalysis) {
    this.#names = evaluator.names
  }

  of(expression: Node): Origin | undefined {
    const node = unwrap(expression)
    // What is declared by itself comes from nowhere.
    if (this.#open.has(node)) return undefined
    this.#open.add(node)
    const origin = this.#find(node)
    this.#open.delete(node)
    return origin
  }

  #find(node: Node): Origin | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.#ofName(node)
      case 'MemberExpression':
        return memberOf(this.of(node.object), keyName(node.property, node.computed))
      case 'AwaitExpression':
        return this.of(node.argument)
      case 'ImportExpression':
        return moduleOf(stringValue(node.source))
      case 'CallExpression':
        return this.#names.globalName(node.callee) === 'require'
          ? moduleOf(stringValue(node.arguments[0]))
          : this.of(node.callee)
      default:
        return undefined
    }
  }

  #ofName(identifier: Node): Origin | undefined {
    const [definition] = this.#names.variableOf(identifier)?.defs ?? []
    const declared = definition?.node
    if (declared?.type === 'VariableDeclarator' && declared.init !== null) {
      const origin = this.of(declared.init)
      if (declared.id.type === 'Identifier') return origin
      const { parent } = definition?.name ?? {}
      const property = parent?.type === 'AssignmentPattern' ? parent.parent : parent
      if (property?.type !== 'Property' || property.parent !== declared.id) return undefined
      return memberOf(origin, keyName(property.key, property.computed))
    }
    if (declared?.parent?.type !== 'ImportDeclaration') return undefined
    const module = moduleOf(declared.parent.source.value)
    if (declared.type !== 'ImportSpecifier') return module
    const { imported } = declared
    return memberOf(module, imported.type === 'Identifier' ? imported.name : imported.value)
  }
}

function moduleOf(source: string | undefined): Origin | undefined {
  return source === undefined ? undefined : { source, path: '' }
}

function memberOf(origin: Origin | undefined, member: string | undefined): Origin | undefined {
  if (origin === undefined || member === undefined) return undefined
  return { ...origin, path: origin.path === '' ? member : `${origin.path}.${member}` }
}
