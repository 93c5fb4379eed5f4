import type { Reference, ScopeManager, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap } from './syntax.ts'
import { walk, type Node } from './walk.ts'

/** Which variable each identifier of a module stands for. */
export class Names {
  readonly #variables = new Map<Node, Variable>()
  readonly #references = new Map<Node, Reference>()
  readonly #globals = new Map<string, Node[]>()

  constructor(program: TSESTree.Program, scopes: ScopeManager) {
    for (const scope of scopes.scopes) {
      for (const variable of scope.variables) {
        for (const identifier of variable.identifiers) this.#variables.set(identifier, variable)
      }
      for (const reference of scope.references) {
        this.#references.set(reference.identifier, reference)
        if (reference.resolved !== null && reference.resolved.defs.length > 0) {
          this.#variables.set(reference.identifier, reference.resolved)
        }
      }
    }
    walk(program, (node) => {
      if (node.type !== 'AssignmentExpression') return
      const member = this.globalMember(node.left)
      if (member === undefined) return
      const assigned = this.#globals.get(member) ?? []
      this.#globals.set(member, [...assigned, node.right])
    })
  }

  /** The variable that an identifier declares or refers to; `undefined` for a global. */
  variableOf(identifier: Node): Variable | undefined {
    return this.#variables.get(identifier)
  }

  referenceOf(identifier: Node): Reference | undefined {
    return this.#references.get(identifier)
  }

  /** What a global name such as `require` is called, where no variable of the module has that name. */
  globalName(node: Node): string | undefined {
    return node.type === 'Identifier' && this.#variables.get(node) === undefined
      ? node.name
      : undefined
  }

  /** `prisma` for `globalThis.prisma`, `global['prisma']`, and for `g.prisma` after `const g = globalThis as any`. */
  globalMember(node: Node): string | undefined {
    const member = unwrap(node)
    if (member.type !== 'MemberExpression') return undefined
    return this.isGlobalObject(member.object) ? memberName(member) : undefined
  }

  isGlobalObject(node: Node, seen: ReadonlySet<Variable> = new Set()): boolean {
    const object = unwrap(node)
    if (object.type !== 'Identifier') return false
    const variable = this.#variables.get(object)
    if (variable === undefined) return isGlobalName(object.name)
    // `const a = b, b = a` is a program, though one that fails.
    if (seen.has(variable)) return false
    const [definition] = variable.defs
    if (variable.defs.length !== 1 || definition?.node.type !== 'VariableDeclarator') return false
    const { id, init, parent } = definition.node
    if (id.type !== 'Identifier') return false
    // `declare const global: ...` says only what it holds.
    if (init === null) return parent.declare && isGlobalName(id.name)
    return this.isGlobalObject(init, new Set([...seen, variable]))
  }

  /** Everything that the module assigns to a member of the global object. */
  assignedToGlobal(member: string): readonly Node[] {
    return this.#globals.get(member) ?? []
  }
}

function isGlobalName(name: string): boolean {
  return name === 'globalThis' || name === 'global'
}
