import type { Chain, Link } from './ending-chain.ts'
import type { Mending } from './ending-mending.ts'
import { disconnected, newPaths, type Paths, type States } from './ending-state.ts'
import type { Node } from './walk.ts'

export interface Handlers {
  readonly mending: Mending
  evaluate(expression: Node, states: States, paths: Paths): States
  /** Calls what a link was given. */
  handle(handler: Node, states: States, paths: Paths): States
}

/** Follows a promise through its links, fulfilled and rejected. */
export function followChain(
  { root, links }: Chain,
  states: States,
  paths: Paths,
  handlers: Handlers,
): States {
  const first = newPaths(false)
  const promised = handlers.evaluate(root, states, first)
  // Any promise may be rejected, also one that does not touch the client.
  let settled: Settled = { fulfilled: promised, rejected: first.thrown || promised || states }
  for (const link of links) {
    settled = followLink(link, settled, handlers)
    if (handlers.mending.finallyAfter !== link.call) continue
    settled = {
      fulfilled: disconnected(settled.fulfilled),
      rejected: disconnected(settled.rejected),
    }
  }
  paths.thrown |= settled.rejected
  return settled.fulfilled
}

interface Settled {
  readonly fulfilled: States
  readonly rejected: States
}

function followLink(link: Link, { fulfilled, rejected }: Settled, handlers: Handlers): Settled {
  const [first, second] = link.call.arguments
  const thrown = newPaths(false)
  const handle = (handler: Node | undefined, states: States): States =>
    handler === undefined || states === 0 ? states : handlers.handle(handler, states, thrown)

  if (link.method === 'finally' || handlers.mending.finallyInstead === link.call) {
    const [one, other] = [handle(first, fulfilled), handle(first, rejected)]
    return { fulfilled: one, rejected: other | thrown.thrown }
  }
  if (link.method === 'catch') {
    const caught = handle(first, rejected)
    return { fulfilled: fulfilled | caught, rejected: thrown.thrown }
  }
  const caught = second === undefined ? 0 : handle(second, rejected)
  const answered = handle(first, fulfilled)
  return {
    fulfilled: answered | caught,
    rejected: (second === undefined ? rejected : 0) | thrown.thrown,
  }
}
