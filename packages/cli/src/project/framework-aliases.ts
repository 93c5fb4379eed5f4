import type { Framework } from './project.ts'

/** An alias that a framework sets up in a tsconfig which it writes itself, and which git ignores. */
export interface FrameworkAlias {
  readonly prefix: string
  /** Folders of the package, the first that has files counts. */
  readonly folders: readonly string[]
}

const NUXT_SOURCES = ['app', 'src', '']

const ALIASES: Readonly<Partial<Record<Framework, readonly FrameworkAlias[]>>> = {
  sveltekit: [{ prefix: '$lib', folders: ['src/lib'] }],
  nuxt: [
    { prefix: '~~', folders: [''] },
    { prefix: '@@', folders: [''] },
    { prefix: '~', folders: NUXT_SOURCES },
    { prefix: '@', folders: NUXT_SOURCES },
    { prefix: '#shared', folders: ['shared'] },
  ],
}

export function frameworkAliases(framework: Framework): readonly FrameworkAlias[] {
  return ALIASES[framework] ?? []
}
