import type { Node } from '@oneprisma/sites'
import type { RefusalCode } from '../report/refusal-reasons.ts'

/** Why a shared module cannot be upgraded in place. */
export interface Refusal {
  readonly code: RefusalCode
  /** What the module does, and what to do about it. */
  readonly message: string
  /** Where it does so. */
  readonly node: Node
}

const MESSAGES: Readonly<Record<RefusalCode, string>> = {
  TWO_CLIENTS:
    'It makes more than one client. Share each by hand, with a name of its own: `sharePrisma(..., { name })`.',
  CREATIONS_DIFFER:
    'It makes its client differently in different cases. Make it once, in the callback of `sharePrisma`, and let only its options differ.',
  CREATED_ON_DEMAND:
    'A function fills the variable later. Export what `sharePrisma` returns instead: it is lazy by itself.',
  GUARD_DOES_MORE:
    'The statement that keeps the client does something else as well, which would be lost. Move that out of it first.',
  GLOBAL_USED_ELSEWHERE:
    'The client that is kept on the global object is read at another place of this module, too. Use the exported client there first.',
  CONNECTS_ON_CREATION:
    'It calls `$connect()` as it makes the client. The callback of `sharePrisma` may only build it, for it can be called again to compare: drop the call, the first query connects.',
  CLIENT_IN_PROMISE:
    'It exports a promise of a client. A shared client is there at once, and connects on its first query: make it without `await`.',
  EDGE_CLIENT_SHARED:
    'This is the client for edge runtimes, in which none can be shared. Leave it, or use `@prisma/client` in Node.js.',
  CREATION_UNKNOWN:
    'Its client is made by something other than a plain `new PrismaClient()` or a function of this module. Make it in the callback of `sharePrisma`.',
}

export function refuse(code: RefusalCode, node: Node): Refusal {
  return { code, message: MESSAGES[code], node }
}
