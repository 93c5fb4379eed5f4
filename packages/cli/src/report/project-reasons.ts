import type { Reason } from './reasons.ts'

/** What is wrong with the configuration of a repository. */
export type ProjectCode =
  | 'TSCONFIG_EXTENDS_BROKEN'
  | 'TSCONFIG_INVALID'
  | 'PACKAGE_JSON_INVALID'
  | 'PRISMA_CONFIG_INVALID'
  | 'CONFIG_UNREADABLE'

export const PROJECT_REASONS: Readonly<Record<ProjectCode, Reason>> = {
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
  PACKAGE_JSON_INVALID: {
    title: 'A package.json that is not valid',
    sentence: 'This package.json is not valid JSON, and package managers do not take it.',
    remedy: 'Repair the file, and run the command again.',
  },
  PRISMA_CONFIG_INVALID: {
    title: 'A Prisma configuration that does not parse',
    sentence:
      'This `prisma.config` does not parse, so that the schema and the seed that it names are not known.',
    remedy: 'Repair the file, and run the command again.',
  },
  CONFIG_UNREADABLE: {
    title: 'A file of configuration that cannot be read',
    sentence: 'This file of configuration cannot be read as text, so that nothing in it is known.',
    remedy: 'Save it as UTF-8 where this user may read it, and run the command again.',
  },
}
