import type { Reason } from './reasons.ts'

/** Why a shared module cannot be upgraded in place. */
export type RefusalCode =
  | 'TWO_CLIENTS'
  | 'CREATIONS_DIFFER'
  | 'CREATED_ON_DEMAND'
  | 'GUARD_DOES_MORE'
  | 'GLOBAL_USED_ELSEWHERE'
  | 'CONNECTS_ON_CREATION'
  | 'CLIENT_IN_PROMISE'
  | 'EDGE_CLIENT_SHARED'
  | 'CREATION_UNKNOWN'

export const REFUSAL_REASONS: Readonly<Record<RefusalCode, Reason>> = {
  TWO_CLIENTS: {
    title: 'A shared module with two clients',
    sentence: 'This module makes more than one client, and each needs a name of its own.',
    remedy: "Share each by hand: `sharePrisma(create, { name: 'replica' })`.",
  },
  CREATIONS_DIFFER: {
    title: 'A client that is made in different ways',
    sentence: 'This module makes its client with other options in one case than in another.',
    remedy: 'Make it once, in the callback of `sharePrisma`, and let only its options differ.',
  },
  CREATED_ON_DEMAND: {
    title: 'A shared client that a function makes later',
    sentence: 'A function of this module makes the client when it is first asked for it.',
    remedy: 'Export what `sharePrisma` returns instead: it is lazy by itself.',
  },
  GUARD_DOES_MORE: {
    title: 'A guard that does something else as well',
    sentence: 'The statement that keeps the client does more, which an upgrade would lose.',
    remedy: 'Move the rest out of it, and run `oneprisma init` again.',
  },
  GLOBAL_USED_ELSEWHERE: {
    title: 'A client that is read from the global object',
    sentence: 'This module reads the client from the global object at another place, too.',
    remedy: 'Use the exported client there, and run `oneprisma init` again.',
  },
  CONNECTS_ON_CREATION: {
    title: 'A client that is connected as it is made',
    sentence:
      'This calls `$connect` as it makes the client, and the callback of `sharePrisma` may only build it.',
    remedy: 'Drop the call: the first query connects.',
  },
  CLIENT_IN_PROMISE: {
    title: 'A promise of a client',
    sentence: 'This module exports a promise of a client, and a shared client is there at once.',
    remedy: 'Make it without `await`: it connects on its first query.',
  },
  EDGE_CLIENT_SHARED: {
    title: 'A shared module with the client for edge runtimes',
    sentence: 'This module makes the client for edge runtimes, in which none can be shared.',
    remedy: 'Leave it, or make the client of `@prisma/client` and run the code in Node.js.',
  },
  CREATION_UNKNOWN: {
    title: 'A client that is made out of sight',
    sentence:
      'Something other than a plain `new PrismaClient()` or a function of this module makes the client.',
    remedy: 'Make it in the callback of `sharePrisma` by hand.',
  },
}
