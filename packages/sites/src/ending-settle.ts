import type { SharedClient } from './disconnect-client.ts'
import type { Candidate } from './ending-candidates.ts'
import { readLink } from './ending-chain.ts'
import { disconnectFirst } from './ending-disconnect-first.ts'
import { followScript, type Ending } from './ending-flow.ts'
import { mentionsOf } from './ending-functions.ts'
import type { Mending } from './ending-mending.ts'
import { softenExit } from './ending-soften.ts'
import { CLOSING, mayBe, OPEN } from './ending-state.ts'
import type { ModuleSource } from './module-source.ts'
import { functionAround } from './syntax.ts'
import type { Node } from './walk.ts'

export interface Settled {
  readonly mending: Mending
  /** Exits that skip the disconnect and that a person has to look at. */
  readonly left: readonly Node[]
}

/** Works out what a candidate does to the exits; `undefined` where it does not mend the script. */
export function settle(
  candidate: Candidate,
  module: ModuleSource,
  client: SharedClient,
  name: string,
): Settled | undefined {
  const softened = new Set<Node>()
  const disconnectedFirst = new Set<Node>()
  const left = new Set<Node>()
  const mending = { ...candidate.mending, softened, disconnectedFirst }

  // Each turn settles at least one exit, and then looks at what can be reached now.
  for (;;) {
    const ending = followScript(module.program, client, mending)
    const exit = openExits(ending).find((node) => !left.has(node))
    if (exit === undefined) {
      return isClosed(ending, mending) ? { mending, left: [...left] } : undefined
    }
    const handled = handlerMethod(exit, client)
    if (handled !== undefined && candidate.handlerExits === 'keep') return undefined
    const canDisconnect = () => disconnectFirst(exit, module, client, name) !== undefined
    const canSoften = () => softenExit(exit, module, client) !== undefined
    if (candidate.handlerExits === 'disconnect-first') {
      // One disconnect that comes before several exits is less to read.
      const most = handled === undefined && functionAround(exit) !== undefined ? 2 : 1
      if (disconnectedFirst.size >= most) return undefined
      if (!canDisconnect()) return undefined
      disconnectedFirst.add(exit)
    } else if (canSoften()) {
      if (handled === 'then' && !candidate.softensSuccess) return undefined
      softened.add(exit)
    } else if (handled !== undefined) return undefined
    else if (canDisconnect()) disconnectedFirst.add(exit)
    else left.add(exit)
  }
}

function openExits({ exits }: Ending): readonly Node[] {
  return [...exits].filter(([, states]) => mayBe(states, OPEN | CLOSING)).map(([exit]) => exit)
}

function isClosed(ending: Ending, mending: Mending): boolean {
  const floats = ending.runs.filter(({ isAwaited }) => !isAwaited)
  if (floats.some(({ fulfilled, rejected }) => mayBe(fulfilled | rejected, OPEN))) return false
  if (mending.isDisconnectedAtEnd) return true
  if (mayBe(ending.end, OPEN)) return false
  // A statement that throws at the top ends the process at once, with what it holds.
  return ending.disconnectsAtTop || !mayBe(ending.thrown, OPEN)
}

/** How the handler that an exit stands in is attached to its promise. */
function handlerMethod(exit: Node, client: SharedClient): string | undefined {
  const fn = functionAround(exit)
  const mentions = fn === undefined ? [] : mentionsOf(fn, client.names)
  for (const mention of [...mentions, exit]) {
    const { parent } = mention
    const link = parent === undefined || parent === null ? undefined : readLink(parent)
    if (link?.call.arguments.some((argument) => argument === mention) !== true) continue
    return link.method === 'then' && link.call.arguments[1] === mention ? 'catch' : link.method
  }
  return undefined
}
