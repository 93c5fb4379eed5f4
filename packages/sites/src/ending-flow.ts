import type { TSESTree } from '@typescript-eslint/types'
import type { SharedClient } from './disconnect-client.ts'
import { readChain } from './ending-chain.ts'
import { isExit, isExitMethod, isProcessListener } from './ending-exit.ts'
import { functionOf, functionsIn, isImported } from './ending-functions.ts'
import { EndingJournal, type Run } from './ending-journal.ts'
import { followChain } from './ending-links.ts'
import type { Mending } from './ending-mending.ts'
import { partsOf } from './ending-parts.ts'
import {
  CLOSED,
  CLOSING,
  disconnected,
  newPaths,
  OPEN,
  UNUSED,
  type Paths,
  type States,
} from './ending-state.ts'
import { follow } from './ending-statements.ts'
import { isUse, needsNoConnection } from './ending-use.ts'
import { unwrap, type FunctionNode } from './syntax.ts'
import type { Node } from './walk.ts'

/** In which states a program ends. */
export interface Ending {
  readonly exits: ReadonlyMap<Node, States>
  readonly runs: readonly Run[]
  readonly end: States
  readonly thrown: States
  /** Whether statements at the top disconnect. */
  readonly disconnectsAtTop: boolean
}

/** Follows every path of a script, as it would be after a mending. */
export function followScript(
  program: TSESTree.Program,
  client: SharedClient,
  mending: Mending,
): Ending {
  const journal = new EndingJournal()
  const ending = new Flow(client, mending, journal, false).follow(program)
  if (!journal.isOnlyDisconnected) return ending
  // What the module imports must be what uses the client, or it would not be disconnected here.
  return new Flow(client, mending, new EndingJournal(), true).follow(program)
}

type Call = TSESTree.CallExpression | TSESTree.NewExpression

class Flow {
  readonly mending: Mending
  readonly #client: SharedClient
  readonly #journal: EndingJournal
  readonly #importsUseIt: boolean
  readonly #invoked = new Map<FunctionNode, Map<States, Paths>>()
  #disconnectsAtTop = false

  constructor(
    client: SharedClient,
    mending: Mending,
    journal: EndingJournal,
    importsUseIt: boolean,
  ) {
    this.mending = mending
    this.#client = client
    this.#journal = journal
    this.#importsUseIt = importsUseIt
  }

  follow(program: TSESTree.Program): Ending {
    const paths = newPaths(true)
    const reached = follow(program.body, UNUSED, paths, this)
    return {
      exits: this.#journal.exits,
      runs: this.#journal.runs,
      end: reached | paths.returned,
      thrown: paths.thrown,
      disconnectsAtTop: this.#disconnectsAtTop,
    }
  }

  perform(expression: Node, states: States, paths: Paths): States {
    const node = unwrap(expression)
    const isVoid = node.type === 'UnaryExpression' && node.operator === 'void'
    const performed = isVoid ? unwrap(node.argument) : node
    if (this.#client.isDisconnectCall(performed)) {
      this.#disconnect(paths)
      return CLOSING
    }
    const isFloating = paths.isTop && performed.type === 'CallExpression'
    if (!isFloating || isExit(performed, this.#client.names)) {
      return this.evaluate(performed, states, paths)
    }
    // Nobody waits for it: what comes next finds the client as it was.
    this.#run(performed, states, false)
    return states
  }

  evaluate(expression: Node, states: States, paths: Paths): States {
    if (states === 0) return 0
    const node = unwrap(expression)
    if (isUse(node, this.#client)) return this.#use(paths)
    if (this.#client.isClient(node)) return states
    switch (node.type) {
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
      case 'ClassExpression':
      case 'ClassDeclaration':
        return states
      case 'AwaitExpression':
        return this.#await(node.argument, states, paths)
      case 'CallExpression':
        return this.#call(node, states, paths)
      case 'NewExpression':
        return this.#arguments(node, this.evaluate(node.callee, states, paths), paths)
      case 'MemberExpression':
        return needsNoConnection(node, this.#client) ? states : this.#parts(node, states, paths)
      case 'LogicalExpression': {
        const left = this.evaluate(node.left, states, paths)
        return left | this.evaluate(node.right, left, paths)
      }
      case 'ConditionalExpression': {
        const tested = this.evaluate(node.test, states, paths)
        const one = this.evaluate(node.consequent, tested, paths)
        return one | this.evaluate(node.alternate, tested, paths)
      }
      default:
        return node.type.startsWith('TS') ? states : this.#parts(node, states, paths)
    }
  }

  handle(handler: Node, states: States, paths: Paths): States {
    const { names } = this.#client
    if (this.#client.isDisconnectMethod(handler)) return this.#disconnect(paths)
    if (isExitMethod(handler, names)) return this.#exit(handler, states, paths)
    const fn = functionOf(handler, names)
    return fn === undefined
      ? this.evaluate(handler, states, paths)
      : this.#invoke(fn, states, paths)
  }

  #parts(node: Node, states: States, paths: Paths): States {
    return partsOf(node).reduce((reached, part) => this.evaluate(part, reached, paths), states)
  }

  #await(argument: Node, states: States, paths: Paths): States {
    const isRun = paths.isTop && !this.#client.isDisconnectCall(argument)
    if (!isRun) return this.evaluate(argument, states, paths)
    const { fulfilled, rejected } = this.#run(argument, states, true)
    paths.thrown |= rejected
    return fulfilled
  }

  #run(expression: Node, states: States, isAwaited: boolean): Run {
    return this.#journal.noteRun(states, () => {
      const inner = newPaths(false)
      const fulfilled = this.evaluate(expression, states, inner)
      return { expression: unwrap(expression), isAwaited, fulfilled, rejected: inner.thrown }
    })
  }

  #call(call: TSESTree.CallExpression, states: States, paths: Paths): States {
    const { names } = this.#client
    if (isProcessListener(call, names)) return states
    if (isExit(call, names)) return this.#exit(call, this.#arguments(call, states, paths), paths)
    const chain = readChain(call)
    if (chain.links.length > 0) return followChain(chain, states, paths, this)
    if (this.mending.finallyAfter !== call) return this.#plainCall(call, states, paths)

    const inner = newPaths(paths.isTop)
    const reached = this.#plainCall(call, states, inner)
    paths.thrown |= disconnected(inner.thrown)
    return disconnected(reached)
  }

  #plainCall(call: TSESTree.CallExpression, states: States, paths: Paths): States {
    const { names } = this.#client
    if (this.#client.isDisconnectCall(call)) return this.#disconnect(paths)
    const fn = functionOf(call.callee, names)
    const called = fn === undefined ? this.evaluate(call.callee, states, paths) : states
    const handed = this.#arguments(call, called, paths)
    if (fn !== undefined) return this.#invoke(fn, handed, paths)
    return this.#importsUseIt && isImported(call.callee, names) ? this.#use(paths) : handed
  }

  /** Evaluates arguments. A function among them may be called, once or more often. */
  #arguments(call: Call, states: States, paths: Paths): States {
    const evaluated = call.arguments.reduce((at, part) => this.evaluate(part, at, paths), states)
    return call.arguments
      .flatMap((part) => functionsIn(part, this.#client.names))
      .reduce((reached, fn) => reached | this.#invoke(fn, reached, paths), evaluated)
  }

  #invoke(fn: FunctionNode, states: States, paths: Paths): States {
    const invoked = this.#invoked.get(fn) ?? new Map<States, Paths>()
    this.#invoked.set(fn, invoked)
    let inner = invoked.get(states)
    if (inner === undefined) {
      inner = newPaths(false)
      // A function that calls itself finds this entry.
      invoked.set(states, { ...inner, returned: states })
      const reached =
        fn.body.type === 'BlockStatement'
          ? follow(fn.body.body, states, inner, this)
          : this.evaluate(fn.body, states, inner)
      inner.returned |= reached
      invoked.set(states, inner)
    }
    paths.thrown |= inner.thrown
    return inner.returned
  }

  #use(paths: Paths): States {
    this.#journal.noteUse()
    paths.thrown |= OPEN
    return OPEN
  }

  #disconnect(paths: Paths): States {
    this.#journal.noteDisconnect()
    if (paths.isTop) this.#disconnectsAtTop = true
    return CLOSED
  }

  #exit(exit: Node, states: States, paths: Paths): States {
    if (this.mending.softened.has(exit)) paths.returned |= states
    else if (!this.mending.disconnectedFirst.has(exit)) this.#journal.noteExit(exit, states)
    return 0
  }
}
