import type { SharedClient } from './disconnect-client.ts'
import { readChain, type Chain } from './ending-chain.ts'
import { onlyDisconnects } from './ending-continuation.ts'
import type { Run } from './ending-journal.ts'
import { functionOf } from './ending-functions.ts'
import { NO_MENDING, type Mending } from './ending-mending.ts'
import { memberName, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

/** A way to mend a script, but for its exits. */
export interface Candidate {
  readonly mending: Mending
  /** What becomes of a `process.exit` in a handler of a promise that skips the disconnect. */
  readonly handlerExits: 'keep' | 'soften' | 'disconnect-first'
  /** Whether an exit after success may be softened, too: not where it is what ends the program. */
  readonly softensSuccess: boolean
}

export interface CandidateOptions {
  readonly runs: readonly Run[]
  readonly format: 'esm' | 'cjs'
  readonly client: SharedClient
}

/** The ways to mend a script, the smallest change first. */
export function listCandidates(options: CandidateOptions): readonly Candidate[] {
  const { runs, format, client } = options
  const [run, other] = runs
  const target = run === undefined || other !== undefined ? undefined : run.expression
  const asIs: Candidate = { mending: NO_MENDING, handlerExits: 'keep', softensSuccess: true }
  const canWait = format === 'esm' && runs.length > 0 && runs.every(({ isAwaited }) => isAwaited)
  const atEnd: Candidate[] = canWait
    ? [
        { ...asIs, mending: { ...NO_MENDING, isDisconnectedAtEnd: true } },
        { ...asIs, mending: { ...NO_MENDING, isDisconnectedAtEnd: true }, handlerExits: 'soften' },
      ]
    : []
  return [
    asIs,
    { ...asIs, handlerExits: 'soften' },
    ...(target === undefined ? [] : chainCandidates(target, asIs, client)),
    ...atEnd,
  ]
}

function chainCandidates(
  target: Node,
  asIs: Candidate,
  client: SharedClient,
): readonly Candidate[] {
  const chain = readChain(target)
  const { root, links } = chain
  const swaps = links
    .filter(({ call, method }) => method === 'then' && isSwappable(call.arguments, client))
    .map(({ call }): Candidate => ({ ...asIs, mending: { ...NO_MENDING, finallyInstead: call } }))
  const disconnectFirst: Candidate = { ...asIs, handlerExits: 'disconnect-first' }
  if (!isPromise(chain, client)) return [...swaps, disconnectFirst]

  const appended: Candidate = { ...asIs, mending: { ...NO_MENDING, finallyAfter: target } }
  const afterRoot: Candidate = { ...asIs, mending: { ...NO_MENDING, finallyAfter: root } }
  return [
    ...swaps,
    disconnectFirst,
    appended,
    { ...appended, handlerExits: 'soften', softensSuccess: false },
    ...(links.length > 0 && root.type === 'CallExpression' ? [afterRoot] : []),
  ]
}

function isSwappable(handlers: readonly Node[], client: SharedClient): boolean {
  const [handler, other] = handlers
  return handler !== undefined && other === undefined && onlyDisconnects(handler, client)
}

function isPromise({ root, links }: Chain, client: SharedClient): boolean {
  if (links.length > 0) return true
  if (root.type !== 'CallExpression') return false
  const fn = functionOf(root.callee, client.names)
  if (fn !== undefined) return fn.async && !fn.generator
  const callee = unwrap(root.callee)
  return callee.type === 'MemberExpression' && isQuery(callee, client)
}

// Each member of a client that is called gives a promise, but for those that begin with a `$`.
function isQuery(member: Node, client: SharedClient): boolean {
  if (member.type !== 'MemberExpression' || memberName(member)?.startsWith('$') === true) {
    return false
  }
  const object = unwrap(member.object)
  return object.type === 'MemberExpression' && client.isClient(object.object)
}
