import type { Reason } from './reasons.ts'

/** What a person has to look at besides the sites. */
export type NoteCode =
  | 'DISCONNECT_IN_REQUEST'
  | 'EXIT_SKIPS_DISCONNECT'
  | 'SCRIPT_WITHOUT_DISCONNECT'
  | 'ENV_LOADED_LATER'
  | 'MOCKED_MODULE'
  | 'PRISMA_TOO_OLD'
  | 'USE_MIDDLEWARE'
  | 'TSCONFIG_EXTENDS_BROKEN'
  | 'TSCONFIG_INVALID'
  | 'PACKAGE_INVALID'

export const NOTE_REASONS: Readonly<Record<NoteCode, Reason>> = {
  DISCONNECT_IN_REQUEST: {
    title: 'A disconnect in code that lives on',
    sentence: 'This `$disconnect` would close the shared client for everyone who uses it.',
    remedy: 'Delete the call: the shared client closes when the process ends.',
  },
  EXIT_SKIPS_DISCONNECT: {
    title: 'An exit that skips the disconnect',
    sentence: '`process.exit` ends the process here, before its `finally` has closed the client.',
    remedy: 'Set `process.exitCode` and let the script end, or let `runScript` run it.',
  },
  SCRIPT_WITHOUT_DISCONNECT: {
    title: 'A script that never disconnects',
    sentence: 'This script leaves its client open, and its connections may hold it for seconds.',
    remedy: 'Let `runScript` run its main function, or call `$disconnect` in `finally`.',
  },
  ENV_LOADED_LATER: {
    title: 'An environment that is loaded after the import',
    sentence:
      '`dotenv.config()` runs after the imports, so that the shared module may not see the variables.',
    remedy: "Write `import 'dotenv/config'` as the first import.",
  },
  MOCKED_MODULE: {
    title: 'A mock of @prisma/client',
    sentence: 'This test mocks `@prisma/client`; the shared client keeps one mock for all tests.',
    remedy: 'Mock the shared module instead.',
  },
  PRISMA_TOO_OLD: {
    title: 'A Prisma that is too old',
    sentence: '`@oneprisma/client` needs Prisma 6.16 or later, and this package has an older one.',
    remedy: 'Upgrade `prisma` and `@prisma/client` first.',
  },
  USE_MIDDLEWARE: {
    title: 'Middleware by $use',
    sentence: '`$use` is gone in Prisma 6.14 and later, and the call fails.',
    remedy: 'Write the middleware as an extension: `$extends` with `query`.',
  },
  TSCONFIG_EXTENDS_BROKEN: {
    title: 'A tsconfig that extends what is not there',
    sentence: 'What this tsconfig extends was not found, so that its aliases may be missing.',
    remedy: 'Install the dependencies, or repair `extends`.',
  },
  TSCONFIG_INVALID: {
    title: 'A tsconfig that cannot be read',
    sentence: 'This tsconfig is not valid, so that its aliases are not known.',
    remedy: 'Repair the file, and run the command again.',
  },
  PACKAGE_INVALID: {
    title: 'A package.json that cannot be read',
    sentence: 'This package.json is not valid, so that its dependencies and type are not known.',
    remedy: 'Repair the file, and run the command again.',
  },
}
