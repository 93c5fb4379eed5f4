import type { Reason } from './reasons.ts'

/** Why a site is rewritten to use the shared client. */
type RewriteCode =
  | 'MODULE_CLIENT'
  | 'LOCAL_CLIENT'
  | 'FIELD_CLIENT'
  | 'VALUE_CLIENT'
  | 'GLOBAL_GUARD'
  | 'UNUSED_CLIENT'
  | 'EXPORTED_COPY'

export const REWRITE_REASONS: Readonly<Record<RewriteCode, Reason>> = {
  MODULE_CLIENT: {
    title: 'A module that makes its own client',
    sentence: 'This module makes a client, with a pool of its own, once per bundle that holds it.',
    remedy: 'Import the shared client instead; `oneprisma migrate` does so.',
  },
  LOCAL_CLIENT: {
    title: 'A client made inside a function',
    sentence: 'Every call of this function makes a client and opens connections of its own.',
    remedy: 'Import the shared client at the top of the module; `oneprisma migrate` does so.',
  },
  FIELD_CLIENT: {
    title: 'A client made for a field of a class',
    sentence: 'Every object of this class makes a client and opens connections of its own.',
    remedy:
      'Keep the field and give it the shared client, as `oneprisma migrate` does: code that reads the field stays as it is.',
  },
  VALUE_CLIENT: {
    title: 'A client made in place',
    sentence: 'This client is made within an expression, where nothing can close it.',
    remedy: 'Write the shared client in its place; `oneprisma migrate` does so.',
  },
  GLOBAL_GUARD: {
    title: 'A copied guard on globalThis',
    sentence:
      'This copy of the guard keeps one client in development, and in production one per bundle.',
    remedy:
      'Import the shared client, which is one per process everywhere; `oneprisma migrate` removes the whole guard.',
  },
  UNUSED_CLIENT: {
    title: 'A client that nothing uses',
    sentence: 'This client is made whenever the module loads, and nothing uses it.',
    remedy: 'Delete it; `oneprisma migrate` does so.',
  },
  EXPORTED_COPY: {
    title: 'A second module that exports a client',
    sentence:
      'This module exports a client of its own, so that its importers do not use the shared one.',
    remedy:
      'Export the shared client from here, as `oneprisma migrate` does: the importers stay as they are.',
  },
}
