import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { calledFunction, isRequire, isSharePrisma } from './callee.ts'
import { memberOf } from './member-of.ts'
import type { ModuleSource } from './module-source.ts'
import { Names } from './names.ts'
import { propertyValue } from './object-property.ts'
import type { Binding } from './site.ts'
import {
  isFunction,
  keyName,
  memberName,
  returnedBy,
  stringValue,
  unwrap,
  type FunctionNode,
} from './syntax.ts'
import type { ClientValue, Resolve, Value } from './value.ts'
import type { Node } from './walk.ts'

/** Says what the expressions of one module stand for: by binding, never by spelling. */
export class Evaluator {
  readonly names: Names
  readonly #resolve: Resolve
  readonly #known = new Map<Node | Variable, Value | undefined>()

  constructor(module: ModuleSource, resolve: Resolve) {
    this.names = new Names(module.program, module.scopes)
    this.#resolve = resolve
  }

  valueOf(node: Node | null | undefined): Value | undefined {
    if (node === null || node === undefined) return undefined
    const expression = unwrap(node)
    return this.#once(expression, () => this.#evaluate(expression))
  }

  /** What a specifier leads to, as the exports of a module. */
  moduleOf(source: string | undefined, binding: Binding): Value | undefined {
    const exports = source === undefined ? undefined : this.#resolve(source)
    return exports && source !== undefined
      ? { kind: 'module', exports, source, binding }
      : undefined
  }

  /** What is known of a variable: of what declares it and of all that is written to it. */
  valueOfVariable(variable: Variable): Value | undefined {
    return this.#once(variable, () => {
      for (const { name, node } of variable.defs) {
        const value =
          node.parent?.type === 'ImportDeclaration'
            ? this.#imported(node)
            : node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
              ? this.#class(node)
              : node.type === 'TSImportEqualsDeclaration'
                ? this.#importEquals(node)
                : this.#bound(name)
        if (value !== undefined) return value
      }
      for (const reference of variable.references) {
        if (!reference.isWrite()) continue
        const value = this.#bound(reference.identifier)
        if (value !== undefined) return value
      }
      return undefined
    })
  }

  /** What calling a function gives, with what an `async` one promises. */
  valueReturnedBy(fn: FunctionNode): Value | undefined {
    const [value] = returnedBy(fn).flatMap((node) => this.valueOf(node) ?? [])
    return value !== undefined && fn.async && value.kind !== 'promise'
      ? { kind: 'promise', of: value }
      : value
  }

  #once(key: Node | Variable, evaluate: () => Value | undefined): Value | undefined {
    if (this.#known.has(key)) return this.#known.get(key)
    // What refers to itself says nothing new.
    this.#known.set(key, undefined)
    const value = evaluate()
    this.#known.set(key, value)
    return value
  }

  #evaluate(node: Node): Value | undefined {
    switch (node.type) {
      case 'Identifier': {
        const variable = this.names.variableOf(node)
        return variable && this.valueOfVariable(variable)
      }
      case 'MemberExpression':
        return this.#member(node)
      case 'NewExpression':
        return clientOf(this.valueOf(node.callee))
      case 'CallExpression':
        return this.#call(node)
      case 'AwaitExpression': {
        const value = this.valueOf(node.argument)
        return value?.kind === 'promise' ? value.of : value
      }
      case 'ImportExpression': {
        const of = this.moduleOf(stringValue(node.source), 'dynamic-import')
        return of && { kind: 'promise', of }
      }
      case 'ConditionalExpression':
        return this.valueOf(node.consequent) ?? this.valueOf(node.alternate)
      case 'LogicalExpression':
        return this.valueOf(node.left) ?? this.valueOf(node.right)
      case 'AssignmentExpression':
        return this.valueOf(node.right) ?? this.valueOf(node.left)
      case 'SequenceExpression':
        return this.valueOf(node.expressions.at(-1))
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node)
      default:
        return undefined
    }
  }

  #member(node: TSESTree.MemberExpression): Value | undefined {
    const global = this.names.globalMember(node)
    if (global !== undefined) {
      for (const assigned of this.names.assignedToGlobal(global)) {
        const value = this.valueOf(assigned)
        if (value !== undefined) return value
      }
      return undefined
    }
    return (
      memberOf(this.valueOf(node.object), memberName(node)) ??
      this.valueOf(propertyValue(node.object, memberName(node), this.names))
    )
  }

  #call(node: TSESTree.CallExpression): Value | undefined {
    const callee = unwrap(node.callee)
    const [first] = node.arguments
    if (isRequire(callee, this.names)) return this.moduleOf(stringValue(first), 'require')
    const method = memberName(callee)
    if (callee.type === 'MemberExpression') {
      if (/^(?:importActual|requireActual|importOriginal)$/.test(method ?? '')) {
        return this.moduleOf(stringValue(first), 'dynamic-import')
      }
      const object = this.valueOf(callee.object)
      if (object?.kind === 'client' && method === '$extends') return { ...object, isExtended: true }
      // `.$use()` and others hand the client on in the dialects that chain them.
      if (object?.kind === 'client') return undefined
      if (object?.kind === 'promise' && first && isFunction(unwrap(first))) {
        // `first` is a function: the test above says so, of the same node.
        const value = this.valueReturnedBy(unwrap(first) as FunctionNode)
        return value && (value.kind === 'promise' ? value : { kind: 'promise', of: value })
      }
    }
    const fn = this.functionOf(callee)
    if (fn !== undefined) return this.valueReturnedBy(fn)
    return this.#handedThrough(node, callee)
  }

  /** The function of this module that an expression calls. */
  functionOf(node: Node): FunctionNode | undefined {
    return calledFunction(node, this.names)
  }

  /**
   * A function of elsewhere that is given the class, or a function that makes a client, by name or not:
   * `enhance(PrismaClient)`, `singleton('prisma', () => new PrismaClient())`.
   */
  #handedThrough(node: TSESTree.CallExpression, callee: Node): Value | undefined {
    for (const argument of node.arguments) {
      const fn = this.functionOf(argument)
      const value = fn === undefined ? this.valueOf(argument) : this.valueReturnedBy(fn)
      if (fn !== undefined && value?.kind === 'client') {
        return { ...value, isShared: value.isShared || isSharePrisma(callee, this.names) }
      }
      if (fn === undefined && value?.kind === 'constructor') {
        return { ...value, made: 'wrapper', binding: 'wrapper' }
      }
    }
    return undefined
  }

  #class(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): Value | undefined {
    const value = this.valueOf(node.superClass)
    return value?.kind === 'constructor'
      ? { ...value, made: 'subclass', binding: 'subclass' }
      : undefined
  }

  #imported(specifier: Node): Value | undefined {
    const declaration = specifier.parent
    if (declaration?.type !== 'ImportDeclaration' || declaration.importKind === 'type') {
      return undefined
    }
    const source = declaration.source.value
    if (specifier.type === 'ImportNamespaceSpecifier') return this.moduleOf(source, 'namespace')
    if (specifier.type === 'ImportDefaultSpecifier') {
      return memberOf(this.moduleOf(source, 'default'), 'default')
    }
    if (specifier.type !== 'ImportSpecifier' || specifier.importKind === 'type') return undefined
    const { imported } = specifier
    const name = imported.type === 'Identifier' ? imported.name : imported.value
    return memberOf(this.moduleOf(source, 'named'), name)
  }

  #importEquals(node: TSESTree.TSImportEqualsDeclaration): Value | undefined {
    const { moduleReference } = node
    if (moduleReference.type === 'TSExternalModuleReference') {
      return this.moduleOf(stringValue(moduleReference.expression), 'import-equals')
    }
    if (moduleReference.type === 'TSQualifiedName') {
      return memberOf(this.valueOf(moduleReference.left), moduleReference.right.name)
    }
    return undefined
  }

  /** What a name is bound to by the pattern that it stands in: `const { PrismaClient: X } = ...`. */
  #bound(identifier: Node): Value | undefined {
    const { parent } = identifier
    switch (parent?.type) {
      case 'VariableDeclarator':
        return parent.id === identifier ? this.valueOf(parent.init) : undefined
      case 'AssignmentExpression':
        return parent.left === identifier ? this.valueOf(parent.right) : undefined
      case 'AssignmentPattern':
        return parent.left === identifier
          ? (this.#bound(parent) ?? this.valueOf(parent.right))
          : undefined
      case 'Property': {
        if (parent.parent.type !== 'ObjectPattern') return undefined
        return memberOf(this.#bound(parent.parent), keyName(parent.key, parent.computed), true)
      }
      case 'RestElement':
        return parent.parent.type === 'ObjectPattern' ? this.#bound(parent.parent) : undefined
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return parent.params[0] === identifier ? this.#resultOfThen(parent) : undefined
      default:
        return undefined
    }
  }

  /** What `import(...).then(callback)` hands to its callback. */
  #resultOfThen(callback: FunctionNode): Value | undefined {
    const call = callback.parent
    if (call?.type !== 'CallExpression' || call.arguments[0] !== callback) return undefined
    if (call.callee.type !== 'MemberExpression' || memberName(call.callee) !== 'then') {
      return undefined
    }
    const value = this.valueOf(call.callee.object)
    return value?.kind === 'promise' ? value.of : undefined
  }
}

function clientOf(constructed: Value | undefined): ClientValue | undefined {
  return constructed?.kind === 'constructor'
    ? { kind: 'client', isShared: false, isExtended: false, client: constructed.client }
    : undefined
}
