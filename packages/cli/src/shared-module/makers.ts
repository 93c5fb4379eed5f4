import {
  isFunction,
  memberName,
  unwrap,
  walk,
  type FunctionNode,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { globalSlot } from './global-slot.ts'
import { importedName } from './imported-name.ts'

/** What makes a new client: an expression, or a function that returns one. */
export type Maker =
  | { readonly kind: 'expression'; readonly node: Node }
  /** `node` is how the module names the function, or the function itself. */
  | { readonly kind: 'function'; readonly node: Node; readonly fn: FunctionNode }

// Helpers of templates that keep what a function returns on the global object, by their exported names.
const KEEPERS = new Set(['singleton', 'remember'])

/** Finds what makes the clients of guards, in whatever dialect they are written. */
export class Makers {
  /** The keys of the global object that were met. */
  readonly slots: Set<string> = new Set()
  /** Functions that do nothing but keep the client. */
  readonly guardFunctions: Set<FunctionNode> = new Set()
  readonly #analysis: ModuleAnalysis
  /** The variable that the guards fill, if it is one. */
  readonly #variable: Variable | undefined

  constructor(analysis: ModuleAnalysis, variable: Variable | undefined) {
    this.#analysis = analysis
    this.#variable = variable
  }

  /**
   * Everything that can make the value of an expression. Empty where it only reads what was kept;
   * `undefined` where the expression does something else.
   */
  ofExpression(expression: Node): Maker[] | undefined {
    const node = unwrap(expression)
    switch (node.type) {
      case 'NewExpression':
        return this.#isClass(node.callee) ? [{ kind: 'expression', node }] : undefined
      case 'LogicalExpression':
        return all([this.ofExpression(node.left), this.ofExpression(node.right)])
      case 'ConditionalExpression':
        return isPure(node.test)
          ? all([this.ofExpression(node.consequent), this.ofExpression(node.alternate)])
          : undefined
      case 'AssignmentExpression':
        return this.#isKept(node.left) ? this.ofExpression(node.right) : undefined
      case 'MemberExpression':
        return this.#isKept(node) ? [] : undefined
      case 'Identifier':
        return node.name === 'undefined' || this.#isKept(node) ? [] : undefined
      case 'Literal':
        return node.value === null ? [] : undefined
      case 'CallExpression':
        return this.#ofCall(node)
      default:
        return undefined
    }
  }

  /** Everything that can make a client in a statement that does nothing but keep one. */
  ofStatement(statement: Node): Maker[] | undefined {
    switch (statement.type) {
      case 'BlockStatement':
        return all(statement.body.map((inner) => this.ofStatement(inner)))
      case 'EmptyStatement':
        return []
      case 'IfStatement':
        return isPure(statement.test)
          ? all(
              [statement.consequent, statement.alternate].map((branch) =>
                branch === null ? [] : this.ofStatement(branch),
              ),
            )
          : undefined
      case 'ReturnStatement':
        return statement.argument === null ? undefined : this.ofExpression(statement.argument)
      case 'ExpressionStatement': {
        const { expression } = statement
        if (expression.type === 'AssignmentExpression') return this.ofExpression(expression)
        return expression.type === 'LogicalExpression' &&
          isPure(expression.left) &&
          expression.right.type === 'AssignmentExpression'
          ? this.ofExpression(expression.right)
          : undefined
      }
      default:
        return undefined
    }
  }

  #ofCall(node: TSESTree.CallExpression): Maker[] | undefined {
    const { evaluator } = this.#analysis
    const callee = unwrap(node.callee)
    if (memberName(callee) === '$extends' && callee.type === 'MemberExpression') {
      const extended = this.ofExpression(callee.object)
      const isNew = extended?.length === 1 && extended[0]?.node === unwrap(callee.object)
      return isNew ? [{ kind: 'expression', node }] : undefined
    }
    const fn = evaluator.functionOf(callee)
    if (fn !== undefined) {
      if (node.arguments.length > 0 || !isPlain(fn)) return undefined
      const guarded = fn.body.type === 'BlockStatement' ? this.ofStatement(fn.body) : undefined
      if (!this.#touchesGlobal(fn)) return this.#ofFunction(callee, fn)
      this.guardFunctions.add(fn)
      return guarded
    }
    if (!this.#isKeeper(callee)) return undefined
    const made = node.arguments.map(unwrap).find(isFunction)
    return made !== undefined && isPlain(made) ? this.#ofFunction(made, made) : undefined
  }

  #ofFunction(node: Node, fn: FunctionNode): Maker[] | undefined {
    const { evaluator } = this.#analysis
    const returned = returnsOf(fn)
    const isClient = returned.map(
      (result) => result && evaluator.valueOf(result)?.kind === 'client',
    )
    return returned.length > 0 && isClient.every(Boolean)
      ? [{ kind: 'function', node, fn }]
      : undefined
  }

  #isKeeper(callee: Node): boolean {
    if (callee.type !== 'Identifier') return false
    const variable = this.#analysis.evaluator.names.variableOf(callee)
    return KEEPERS.has((variable && importedName(variable)) ?? callee.name)
  }

  #isClass(callee: Node): boolean {
    const value = this.#analysis.evaluator.valueOf(callee)
    return value?.kind === 'constructor' && value.made !== 'wrapper'
  }

  #isKept(node: Node): boolean {
    const { evaluator } = this.#analysis
    const target = unwrap(node)
    const slot = globalSlot(target, evaluator)
    if (slot !== undefined) this.slots.add(slot)
    if (slot !== undefined) return true
    return (
      target.type === 'Identifier' &&
      this.#variable !== undefined &&
      evaluator.names.variableOf(target) === this.#variable
    )
  }

  #touchesGlobal(fn: FunctionNode): boolean {
    let touches = false
    walk(fn, (node) => {
      touches ||= globalSlot(node, this.#analysis.evaluator) !== undefined
    })
    return touches
  }
}

/** Whether evaluating an expression changes nothing, and calls nothing. */
export function isPure(expression: Node): boolean {
  let pure = true
  walk(expression, ({ type }) => {
    pure &&= !DOES_SOMETHING.has(type)
  })
  return pure
}

const DOES_SOMETHING: ReadonlySet<string> = new Set([
  'CallExpression',
  'NewExpression',
  'AssignmentExpression',
  'UpdateExpression',
  'AwaitExpression',
  'YieldExpression',
  'TaggedTemplateExpression',
  'ImportExpression',
])

/** Everything that a function returns; `undefined` for a bare `return`. */
function returnsOf(fn: FunctionNode): Array<Node | undefined> {
  if (fn.body.type !== 'BlockStatement') return [fn.body]
  const returned: Array<Node | undefined> = []
  walk(fn.body, (node) => {
    if (node.type === 'ReturnStatement') returned.push(node.argument ?? undefined)
    return !isFunction(node)
  })
  return returned
}

/** Whether a function takes nothing and answers at once. */
function isPlain(fn: FunctionNode): boolean {
  return fn.params.length === 0 && !fn.async && !fn.generator && !fn.typeParameters
}

function all(parts: ReadonlyArray<readonly Maker[] | undefined>): Maker[] | undefined {
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}
