import type { Definition, Variable } from '@typescript-eslint/scope-manager'
import type { ModuleSource } from './module-source.ts'
import { Names } from './names.ts'
import { keyName, memberName, unwrap } from './syntax.ts'
import { ancestorsOf, walk, type Node } from './walk.ts'

export interface SharedClientOptions {
  /** A name that stands for the shared client where the module does not declare it. */
  readonly name?: string
  /** The expressions that a migration replaces by the shared client, such as `new PrismaClient()`. */
  readonly expressions?: Iterable<Node>
}

/** Tells which expressions of a module are the shared client, or disconnect it. */
export class SharedClient {
  readonly names: Names
  readonly #clients: ReadonlySet<Variable>
  readonly #expressions: ReadonlySet<Node>
  readonly #name: string | undefined
  readonly #known = new Map<Variable | string, boolean>()

  constructor(
    module: ModuleSource,
    clients: readonly Variable[],
    options: SharedClientOptions = {},
  ) {
    this.names = new Names(module.program, module.scopes)
    this.#clients = new Set(clients)
    this.#expressions = new Set(options.expressions)
    this.#name = options.name
  }

  isClient(expression: Node): boolean {
    const node = unwrap(expression)
    if (this.#expressions.has(node)) return true
    if (node.type === 'Identifier') return this.#isClientName(node)
    if (node.type === 'MemberExpression') return this.#isClientMember(node)
    return node.type === 'CallExpression' && this.#isExtension(node)
  }

  /** Whether an expression makes the client, and so does not use it yet. */
  isBirth(expression: Node): boolean {
    return this.#expressions.has(unwrap(expression))
  }

  isDisconnectCall(expression: Node): boolean {
    const node = unwrap(expression)
    return node.type === 'CallExpression' && this.isDisconnectMethod(node.callee)
  }

  /** Whether an expression is the method itself: `prisma.$disconnect`, also destructured or bound. */
  isDisconnectMethod(expression: Node): boolean {
    const node = unwrap(expression)
    if (node.type === 'Identifier') return this.#isDestructuredDisconnect(node)
    if (node.type === 'MemberExpression') {
      return memberName(node) === '$disconnect' && this.isClient(node.object)
    }
    if (node.type !== 'CallExpression') return false
    const callee = unwrap(node.callee)
    return (
      callee.type === 'MemberExpression' &&
      memberName(callee) === 'bind' &&
      this.isDisconnectMethod(callee.object)
    )
  }

  /** Whether a variable that is no client can query by one: a class, a repository, `prisma.user`. */
  holdsClient(identifier: Node): boolean {
    const variable = this.names.variableOf(identifier)
    if (variable === undefined || this.#clients.has(variable)) return false
    return this.#once(variable, () =>
      variable.defs.some((definition) => this.#mayQuery(definition)),
    )
  }

  #isClientName(node: Node): boolean {
    // A key of an object has a name, too, but refers to nothing.
    if (node.type !== 'Identifier' || this.names.referenceOf(node) === undefined) return false
    const variable = this.names.variableOf(node)
    if (variable === undefined) return node.name === this.#name
    if (this.#clients.has(variable)) return true
    const [definition] = variable.defs
    return this.#once(`alias ${variable.$id}`, () => {
      const declarator = definition?.node
      return (
        declarator?.type === 'VariableDeclarator' &&
        declarator.id.type === 'Identifier' &&
        declarator.init !== null &&
        this.isClient(declarator.init)
      )
    })
  }

  #isExtension(call: Node): boolean {
    if (call.type !== 'CallExpression') return false
    const callee = unwrap(call.callee)
    return (
      callee.type === 'MemberExpression' &&
      memberName(callee) === '$extends' &&
      this.isClient(callee.object)
    )
  }

  #isClientMember(member: Node): boolean {
    if (member.type !== 'MemberExpression' || member.object.type !== 'ThisExpression') return false
    const name = memberName(member)
    const body = classAround(member)
    if (name === undefined || body === undefined) return false
    return this.#once(`member ${name} of ${body.range[0]}`, () => this.#isAssignedIn(body, name))
  }

  #isAssignedIn(body: Node, name: string): boolean {
    let found = false
    walk(body, (node) => {
      const isOther = node !== body && node.type === 'ClassBody'
      if (node.type === 'PropertyDefinition') {
        const isNamed = keyName(node.key, node.computed) === name
        if (isNamed && node.value !== null && this.isClient(node.value)) found = true
      }
      if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
        const isNamed = node.left.object.type === 'ThisExpression' && memberName(node.left) === name
        if (isNamed && this.isClient(node.right)) found = true
      }
      return !isOther
    })
    return found
  }

  #isDestructuredDisconnect(identifier: Node): boolean {
    const [definition] = this.names.variableOf(identifier)?.defs ?? []
    const declarator = definition?.node
    if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'ObjectPattern') {
      return false
    }
    const isTaken = declarator.id.properties.some(
      (property) =>
        property.type === 'Property' &&
        property.value === definition?.name &&
        keyName(property.key, property.computed) === '$disconnect',
    )
    return isTaken && declarator.init !== null && this.isClient(declarator.init)
  }

  #mayQuery(definition: Definition): boolean {
    const { node } = definition
    if (node.type === 'ClassDeclaration') return this.#mentionsClient(node.body)
    if (node.type !== 'VariableDeclarator' || node.init === null) return false
    const init = unwrap(node.init)
    switch (init.type) {
      case 'AwaitExpression': // What a query gave is no way to make another.
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return false
      default:
        return !this.isDisconnectMethod(definition.name) && this.#mentionsClient(init)
    }
  }

  #mentionsClient(below: Node): boolean {
    let found = false
    walk(below, (node) => {
      if (this.isDisconnectMethod(node)) return false
      if (this.isClient(node) || (node.type === 'Identifier' && this.holdsClient(node)))
        found = true
      return !found
    })
    return found
  }

  // What refers to itself, as in `const a = () => a`, is answered by no.
  #once(key: Variable | string, answer: () => boolean): boolean {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, false)
    const found = answer()
    this.#known.set(key, found)
    return found
  }
}

function classAround(node: Node): Node | undefined {
  for (const above of ancestorsOf(node)) if (above.type === 'ClassBody') return above
  return undefined
}
