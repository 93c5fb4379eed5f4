import type { Reason } from './reasons.ts'

/** What a person has to look at in a module, besides its sites. */
export type ModuleCode =
  | 'DISCONNECT_IN_REQUEST'
  | 'EXIT_SKIPS_DISCONNECT'
  | 'SCRIPT_WITHOUT_DISCONNECT'
  | 'ENV_LOADED_LATER'
  | 'MOCKED_MODULE'
  | 'USE_MIDDLEWARE'

export const MODULE_REASONS: Readonly<Record<ModuleCode, Reason>> = {
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
      '`dotenv` is called after the import of the shared module, which may not see the variables.',
    remedy: "Write `import 'dotenv/config'` as the first import.",
  },
  MOCKED_MODULE: {
    title: 'A mock of @prisma/client',
    sentence: 'This test mocks `@prisma/client`; the shared client keeps one mock for all tests.',
    remedy: 'Mock the shared module instead.',
  },
  USE_MIDDLEWARE: {
    title: 'Middleware by $use',
    sentence: '`$use` is gone in Prisma 6.14 and later, and the call fails.',
    remedy:
      'Write the middleware as an extension: `oneprisma migrate --middleware` does so where that means the same.',
  },
}
