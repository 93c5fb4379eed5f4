import type { TSESTree } from '@typescript-eslint/types'
import { isFunction, type Node, walk } from '@oneprisma/sites'

/** Returns the most of `calls` that one run of a function body can come by; `2` stands for many. */
export function countNextCalls(body: Node, calls: ReadonlySet<Node>): number {
  const counter = new Counter(calls)
  if (body.type !== 'BlockStatement') return counter.expression(body)
  const { through, left } = counter.statement(body)
  return Math.max(through, left)
}

/** The most calls on a path to the end of a piece of code, and on a path that leaves it before. */
interface Count {
  readonly through: number
  readonly left: number
}

const NEVER = Number.NEGATIVE_INFINITY

class Counter {
  readonly #calls: ReadonlySet<Node>

  constructor(calls: ReadonlySet<Node>) {
    this.#calls = calls
  }

  statement(node: Node): Count {
    switch (node.type) {
      case 'BlockStatement':
        return this.#sequence(node.body)
      case 'ReturnStatement':
      case 'ThrowStatement':
        return { through: NEVER, left: node.argument ? this.expression(node.argument) : 0 }
      case 'IfStatement': {
        const test = this.expression(node.test)
        const yes = this.statement(node.consequent)
        const no = node.alternate ? this.statement(node.alternate) : { through: 0, left: NEVER }
        return {
          through: test + Math.max(yes.through, no.through),
          left: test + Math.max(yes.left, no.left),
        }
      }
      case 'TryStatement':
        return this.#attempt(node)
      case 'SwitchStatement':
        return this.#switch(node)
      case 'ExpressionStatement':
        return { through: this.expression(node.expression), left: NEVER }
      case 'VariableDeclaration':
        return { through: this.expression(node), left: NEVER }
      default:
        // Above all loops: a call in one counts as many.
        return this.#anyway(node)
    }
  }

  #sequence(nodes: readonly Node[]): Count {
    let through = 0
    let left = NEVER
    for (const node of nodes) {
      const count = this.statement(node)
      left = Math.max(left, through + count.left)
      through += count.through
    }
    return { through, left }
  }

  // The block may fail after all its calls, and then the handler runs.
  #attempt({ block, handler, finalizer }: TSESTree.TryStatement): Count {
    const tried = this.statement(block)
    const most = Math.max(tried.through, tried.left, 0)
    const caught = handler ? this.statement(handler.body) : { through: NEVER, left: NEVER }
    const last = finalizer ? this.statement(finalizer) : { through: 0, left: NEVER }
    const through = Math.max(tried.through, most + caught.through)
    const left = Math.max(tried.left, most + caught.left)
    const before = Math.max(through, left, most)
    return {
      through: through + last.through,
      left: Math.max(left + Math.max(last.through, 0), before + last.left),
    }
  }

  // A case runs on into the next one, up to a `break`.
  #switch({ discriminant, cases }: TSESTree.SwitchStatement): Count {
    const start = this.expression(discriminant)
    let end = 0
    let left = NEVER
    let entering = NEVER
    for (const { consequent } of cases) {
      const stop = consequent.findIndex(({ type }) => type === 'BreakStatement')
      const body = stop === -1 ? consequent : consequent.slice(0, stop)
      const before = Math.max(entering, 0)
      const count = this.#sequence(body)
      left = Math.max(left, before + count.left)
      entering = before + count.through
      if (stop !== -1) {
        end = Math.max(end, entering)
        entering = NEVER
      }
      if (body.some(mayBreak)) end = Math.max(end, before + Math.max(count.through, count.left, 0))
    }
    return { through: start + Math.max(end, entering), left: start + left }
  }

  #anyway(node: Node): Count {
    const many = this.expression(node) > 0 ? 2 : 0
    return { through: many, left: many }
  }

  expression(node: Node): number {
    if (node.type === 'ConditionalExpression') {
      const sides = [this.expression(node.consequent), this.expression(node.alternate)]
      return this.expression(node.test) + Math.max(...sides)
    }
    let count = this.#calls.has(node) ? 1 : 0
    walk(node, (below) => {
      if (below === node) return undefined
      if (below.type === 'ConditionalExpression') {
        count += this.expression(below)
        return false
      }
      if (this.#calls.has(below)) count++
      return !isFunction(below)
    })
    return count
  }
}

function mayBreak(node: Node): boolean {
  let isFound = false
  walk(node, (below) => {
    isFound ||= below.type === 'BreakStatement'
  })
  return isFound
}
