import type { Reason } from './reasons.ts'

/** Why a site is for a person to decide. */
type ReviewCode =
  | 'CUSTOM_OPTIONS'
  | 'LOG_OPTIONS'
  | 'ADAPTER_OPTIONS'
  | 'DATASOURCE_OPTIONS'
  | 'OPAQUE_OPTIONS'
  | 'EXTENDED_CLIENT'
  | 'LISTENERS'
  | 'REASSIGNED'
  | 'LAZY_GETTER'
  | 'TARGET_AMBIGUOUS'
  | 'TARGET_UNREACHABLE'
  | 'OTHER_PACKAGE'
  | 'USING_DECLARATION'
  | 'UNSAFE_EDIT'
  | 'UNSUPPORTED_FILE'

export const REVIEW_REASONS: Readonly<Record<ReviewCode, Reason>> = {
  CUSTOM_OPTIONS: {
    title: 'A client with options of its own',
    sentence: 'This client has options, and without them its queries would act differently.',
    remedy: 'Move the options into the shared module if all code may have them; else keep it.',
  },
  LOG_OPTIONS: {
    title: 'A client that logs in its own way',
    sentence: 'This client sets what it logs, and the shared client would log something else.',
    remedy: 'Set `log` in the shared module, then use the shared client here.',
  },
  ADAPTER_OPTIONS: {
    title: 'A client with its own driver adapter',
    sentence: 'This client has a driver adapter, with a pool and maybe a database of its own.',
    remedy: 'Where it is the database of the shared client, drop the adapter and use that client.',
  },
  DATASOURCE_OPTIONS: {
    title: 'A client with its own connection string',
    sentence: 'This client names its database, which may not be that of the shared client.',
    remedy: 'Where both are the same database, use the shared client; else share it under a name.',
  },
  OPAQUE_OPTIONS: {
    title: 'A client whose options cannot be read',
    sentence: 'The options of this client come from a variable or a spread, and may hold anything.',
    remedy: 'Look at what they hold, and move it into the shared module if all code may have it.',
  },
  EXTENDED_CLIENT: {
    title: 'A client with an extension',
    sentence: 'This client has an extension by `$extends`, which the shared client would lack.',
    remedy: 'Extend the client in the shared module, or write `prisma.$extends(...)` here.',
  },
  LISTENERS: {
    title: 'A client with listeners or middleware',
    sentence: 'This client has `$on` or `$use`, which on the shared client would act on all code.',
    remedy: 'Move the calls into the shared module, so that they are made once.',
  },
  REASSIGNED: {
    title: 'A variable that gets another value',
    sentence: 'This variable gets another value elsewhere, so that it is not always this client.',
    remedy: 'Make it a `const` of the shared client where the other value is not needed.',
  },
  LAZY_GETTER: {
    title: 'A function that makes a client once and keeps it',
    sentence: 'This function makes a client at its first call and keeps it beside the shared one.',
    remedy: 'Return the shared client from it: that one is lazy already.',
  },
  TARGET_AMBIGUOUS: {
    title: 'A choice between clients that is open',
    sentence:
      'There are several shared clients, or other code has its clients from a factory or a class, and nothing here tells which one is meant.',
    remedy: 'Choose one by hand: import it, or have it made here as the other code does.',
  },
  TARGET_UNREACHABLE: {
    title: 'A file that cannot import the shared module',
    sentence: 'What runs this file cannot load the shared module, as plain Node a TypeScript file.',
    remedy: 'Run the file with `tsx`, or give it a shared module in its own format.',
  },
  OTHER_PACKAGE: {
    title: 'A file of a package without access',
    sentence: 'The package of this file cannot import from the package with the shared module.',
    remedy: 'Add that package to its dependencies, and export the shared module from there.',
  },
  USING_DECLARATION: {
    title: 'A client that closes with its block',
    sentence: '`using` would close the shared client, for all code, when this block ends.',
    remedy: 'Write `const` with the shared client, and let the shared module close it.',
  },
  UNSAFE_EDIT: {
    title: 'An edit that did not verify',
    sentence: 'The rewritten file did not parse, or a name in it would have meant something else.',
    remedy: 'Import the shared client by hand, and report the file: this is a gap of oneprisma.',
  },
  UNSUPPORTED_FILE: {
    title: 'A client in a component',
    sentence: 'A component of Vue or Svelte runs in browsers too, where no client can run.',
    remedy: 'Move the query into a module of the server, with the shared client, and call that.',
  },
}
