import { join } from 'node:path'

/** The folder of the repository. */
export const REPOSITORY = join(import.meta.dirname, '../../..')

/** The folders of the packages that are published, by their names. */
export const PUBLISHED = {
  '@oneprisma/client': 'packages/client',
  '@oneprisma/testing': 'packages/testing',
  oneprisma: 'packages/cli',
  '@oneprisma/eslint-plugin': 'packages/eslint-plugin',
} as const

export type PublishedName = keyof typeof PUBLISHED

/** The names of the packages that are published. */
// The keys of the object above.
export const NAMES = Object.keys(PUBLISHED) as PublishedName[]
