import { readCompilerConfig, type CompilerConfig } from './compiler-config.ts'
import { folderOf, type Manifests } from './manifests.ts'
import type { CompilerFacts } from './project.ts'
import type { Repository } from './repository.ts'

export interface CompilerConfigs {
  /** The tsconfig.json or jsconfig.json that holds for the files of a folder. */
  of(folder: string): CompilerConfig | undefined
  factsOf(folder: string): CompilerFacts
}

/** Reads every tsconfig.json, and every jsconfig.json that has none beside it. */
export function readCompilerConfigs(repository: Repository, manifests: Manifests): CompilerConfigs {
  const byFolder = new Map<string, CompilerConfig>()
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    for (const path of repository.files.config) {
      const folder = folderOf(path)
      if (!path.endsWith(name) || !isNamed(path, name) || byFolder.has(folder)) continue
      byFolder.set(folder, readCompilerConfig(repository, manifests, path))
    }
  }
  const of = (start: string): CompilerConfig | undefined => {
    for (let folder = start; ; folder = folderOf(folder)) {
      const found = byFolder.get(folder)
      if (found !== undefined || folder === '') return found
    }
  }
  // The root of an Nx workspace has no tsconfig.json, only the base that the others extend.
  const base = repository.paths.has('tsconfig.base.json')
    ? readCompilerConfig(repository, manifests, 'tsconfig.base.json')
    : undefined
  return { of, factsOf: (folder) => toFacts(of(folder) ?? base) }
}

function isNamed(path: string, name: string): boolean {
  return path.length === name.length || path.at(-name.length - 1) === '/'
}

function toFacts(config: CompilerConfig | undefined): CompilerFacts {
  const options = config?.options ?? {}
  const text = (name: string): string | undefined => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    file: config?.path,
    hasAliases: config !== undefined && config.aliases.length > 0,
    verbatimModuleSyntax: options['verbatimModuleSyntax'] === true,
    esModuleInterop: options['esModuleInterop'] === true,
    module: text('module'),
    moduleResolution: text('moduleResolution'),
    allowImportingTsExtensions: options['allowImportingTsExtensions'] === true,
    strict: options['strict'] === true,
  }
}
