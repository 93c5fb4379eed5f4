import type { Reason } from './reasons.ts'

/** Why a site stays as it is. */
type KeepCode =
  | 'SHARED_MODULE'
  | 'ALREADY_SHARED'
  | 'FACTORY'
  | 'TEST_CLIENT'
  | 'EDGE_CLIENT'
  | 'SUBCLASS'
  | 'WRAPPER'
  | 'TEMPLATE_FILE'
  | 'OTHER_CLIENT'
  | 'RE_EXPORT'
  | 'CONDITIONAL_CLIENT'

export const KEEP_REASONS: Readonly<Record<KeepCode, Reason>> = {
  SHARED_MODULE: {
    title: 'The shared module itself',
    sentence: 'This is the module from which other modules import the shared client.',
    remedy: 'Run `oneprisma init` to bring it up to `sharePrisma` with its exports kept.',
  },
  ALREADY_SHARED: {
    title: 'A client inside sharePrisma',
    sentence: 'This client is made inside `sharePrisma`, which makes it once per process.',
    remedy: 'Nothing is left to do.',
  },
  FACTORY: {
    title: 'A function that returns a new client',
    sentence: 'This function returns a new client to its caller, who has to close it.',
    remedy: 'Look at its callers: one that runs per request wants the shared client.',
  },
  TEST_CLIENT: {
    title: 'A client of a test',
    sentence: 'A test has a client of its own, often for a database of its own.',
    remedy: 'Close it when the test file ends, in `afterAll` or its like.',
  },
  EDGE_CLIENT: {
    title: 'A client in an edge runtime',
    sentence: 'This code runs at the edge, where no process lives long enough to share a client.',
    remedy: 'Leave it, or move the code to the Node.js runtime to share the client.',
  },
  SUBCLASS: {
    title: 'A class that extends PrismaClient',
    sentence: 'Each object of this class is a client; a container such as that of Nest makes one.',
    remedy: 'Provide it once, at the root; every `new` of the class is a site of its own.',
  },
  WRAPPER: {
    title: 'A wrapper of the constructor',
    sentence: 'This builds a constructor upon PrismaClient and makes no client itself.',
    remedy: 'Nothing is left to do; every `new` of what it returns is a site of its own.',
  },
  TEMPLATE_FILE: {
    title: 'A template of a generator',
    sentence: 'This file is copied into other projects and does not run in this one.',
    remedy: 'Change it by hand if new projects are to start with a shared client.',
  },
  OTHER_CLIENT: {
    title: 'A client of another schema or database',
    sentence: 'This client is for another schema or database than the shared client.',
    remedy:
      "Where it is used in several places, share it too, under a name: `sharePrisma(create, { name: 'billing' })`.",
  },
  RE_EXPORT: {
    title: 'A module that hands PrismaClient on',
    sentence: 'This hands PrismaClient on to other modules and makes no client itself.',
    remedy: 'Nothing is left to do; what its importers make is listed at their places.',
  },
  CONDITIONAL_CLIENT: {
    title: 'One of several clients, by a condition',
    sentence: 'A condition decides which client is made here, and no single one can replace it.',
    remedy: 'Move the condition into the callback of `sharePrisma` by hand.',
  },
}
