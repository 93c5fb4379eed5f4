import { readChain, readLink, outermostLink } from './ending-chain.ts'
import type { SharedClient } from './disconnect-client.ts'
import { isExit, isProcessListener } from './ending-exit.ts'
import { mentionsOf } from './ending-functions.ts'
import {
  isFunction,
  keyName,
  memberName,
  stringValue,
  unwrap,
  type FunctionNode,
} from './syntax.ts'
import { walk, type Node } from './walk.ts'

/** Whether code runs once, when the process or the module that it belongs to comes to its end. */
export function runsAtEnd(node: Node, client: SharedClient): boolean {
  return new Place(client).isEnd(node)
}

class Place {
  readonly #client: SharedClient
  readonly #seen = new Set<Node>()

  constructor(client: SharedClient) {
    this.#client = client
  }

  isEnd(node: Node): boolean {
    let below = node
    for (let at = node.parent; at !== undefined && at !== null; at = at.parent) {
      if (this.#exitsAfter(at, below)) return true
      if (isLoop(at)) return false
      if (isFunction(at)) return this.#isEndFunction(at)
      below = at
    }
    // The top of a module runs once.
    return true
  }

  /** Whether a list of statements goes on, after one of them, to end the process. */
  #exitsAfter(list: Node, statement: Node): boolean {
    if (list.type !== 'BlockStatement') return false
    const index = list.body.findIndex((one) => one === statement)
    return list.body.slice(index + 1).some((one) => {
      if (one.type !== 'ExpressionStatement') return false
      return isExit(unwrap(one.expression), this.#client.names)
    })
  }

  #isEndFunction(fn: FunctionNode): boolean {
    if (this.#seen.has(fn)) return false
    this.#seen.add(fn)
    const name = nameOf(fn)
    if (name !== undefined && isEndName(name)) return true
    const mentions = mentionsOf(fn, this.#client.names)
    return mentions.length > 0 && mentions.every((mention) => this.#isEndMention(mention))
  }

  #isEndMention(mention: Node): boolean {
    const { parent } = mention
    if (parent?.type !== 'CallExpression') return false
    if (parent.callee === mention) return this.isEnd(parent)
    if (this.#registersEnd(parent)) return true
    const link = readLink(parent)
    // What follows a promise runs once where the promise is made once.
    return link !== undefined && this.isEnd(readChain(outermostLink(parent)).root)
  }

  #registersEnd(call: Node): boolean {
    if (call.type !== 'CallExpression') return false
    const [event] = call.arguments
    const name = stringValue(event)
    if (isProcessListener(call, this.#client.names)) return name !== undefined && isEndEvent(name)
    const callee = unwrap(call.callee)
    if (callee.type === 'Identifier') return isEndName(callee.name)
    const method = memberName(callee)
    if (method === 'addHook') return name === 'onClose' || name === 'preClose'
    return method !== undefined && isEndName(method)
  }
}

const END_EVENTS = ['beforeExit', 'exit', 'disconnect', 'uncaughtException', 'unhandledRejection']

function isEndEvent(event: string): boolean {
  return /^SIG[A-Z]+\d?$/.test(event) || END_EVENTS.includes(event)
}

const END_WORDS =
  /^(shut|shutdown|close|closed|stop|teardown|tear|dispose|destroy|cleanup|clean|exit|quit|terminate|sigterm|sigint|signal|disconnect|after)$/
const NEUTRAL_WORDS =
  /^(on|handle|handler|before|do|down|up|graceful|gracefully|server|app|application|module|process|db|database|databases|prisma|client|clients|connection|connections|all|and|async|global|hook|hooks|http|the|each|test|tests|suite)$/

/** Whether a name says that something ends, and says no more than what: `closeServer`, not `closeAccount`. */
function isEndName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
  return (
    words.some((word) => END_WORDS.test(word)) &&
    words.every((word) => END_WORDS.test(word) || NEUTRAL_WORDS.test(word))
  )
}

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id !== null) return fn.id.name
  const { parent } = fn
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined
    case 'AssignmentExpression':
      return memberName(parent.left)
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return keyName(parent.key, parent.computed) ?? symbolName(parent.key)
    default:
      return undefined
  }
}

// `[Symbol.asyncDispose]`: a method that ends what holds it.
function symbolName(key: Node): string | undefined {
  let name: string | undefined
  walk(key, (node) => {
    if (memberName(node)?.toLowerCase().endsWith('dispose') === true) name = 'dispose'
  })
  return name
}

function isLoop(node: Node): boolean {
  return (
    node.type === 'ForStatement' ||
    node.type === 'ForOfStatement' ||
    node.type === 'ForInStatement' ||
    node.type === 'WhileStatement' ||
    node.type === 'DoWhileStatement'
  )
}
