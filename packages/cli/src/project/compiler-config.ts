import { createPathsMatcher, parseTsconfig, type TsConfigResult } from 'get-tsconfig'
import { join } from 'node:path/posix'
import { isObject, stringOf, type JsonObject } from './json.ts'
import { mergeByHand } from './broken-extends.ts'
import { folderOf, type Manifests } from './manifests.ts'
import type { Repository } from './repository.ts'

/** What a tsconfig.json or jsconfig.json says, with what it extends. */
export interface CompilerConfig {
  readonly path: string
  readonly options: JsonObject
  readonly aliases: readonly Alias[]
  /** Where a specifier may lead by `paths` and `baseUrl`: paths without the rules of extensions. */
  candidates(specifier: string): readonly string[]
}

/** An entry of `paths`: both sides have at most one `*`. */
export interface Alias {
  readonly pattern: string
  readonly targets: readonly string[]
}

/** Reads a tsconfig.json; what is wrong with it becomes a problem, and the rest of it still holds. */
export function readCompilerConfig(
  repository: Repository,
  manifests: Manifests,
  path: string,
): CompilerConfig {
  return readWithReferences(repository, manifests, path, new Set())
}

function readWithReferences(
  repository: Repository,
  manifests: Manifests,
  path: string,
  seen: Set<string>,
): CompilerConfig {
  seen.add(path)
  const own = repository.readJson(path, 'TSCONFIG_INVALID')?.value ?? {}
  const result = resolveExtends(repository, manifests, path, own)
  const config = toCompilerConfig(repository, path, result)
  if (config.aliases.length > 0) return config
  // A tsconfig of references only, as Vite and Nx write it, leaves the aliases to the others.
  const referenced = referencesOf(path, own)
    .filter((reference) => repository.paths.has(reference) && !seen.has(reference))
    .map((reference) => readWithReferences(repository, manifests, reference, seen))
  return {
    ...config,
    options:
      referenced.length > 0 && isEmpty(config.options)
        ? (referenced[0]?.options ?? {})
        : config.options,
    aliases: referenced.flatMap(({ aliases }) => aliases),
    candidates: (specifier) => [...referenced, config].flatMap((one) => one.candidates(specifier)),
  }
}

function resolveExtends(
  repository: Repository,
  manifests: Manifests,
  path: string,
  own: JsonObject,
): TsConfigResult {
  const file = repository.absolute(path)
  try {
    return { path: file, config: parseTsconfig(file) }
  } catch (error) {
    // It throws for an `extends` that is not there, and for members of the wrong type.
    if (own['extends'] === undefined) reportInvalid(repository, path, error)
    const compilerOptions = mergeByHand(repository, manifests, path, own)
    return { path: file, config: { compilerOptions } }
  }
}

function reportInvalid(repository: Repository, path: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  repository.problems.add('TSCONFIG_INVALID', path, `Its options cannot be used: ${reason}`)
}

function toCompilerConfig(
  repository: Repository,
  path: string,
  result: TsConfigResult,
): CompilerConfig {
  const options: JsonObject = { ...result.config.compilerOptions }
  const match = matcherOf(repository, path, result)
  const candidates = (specifier: string): readonly string[] =>
    match(specifier).map((found) => repository.relative(found))
  const patterns = isObject(options['paths']) ? Object.keys(options['paths']) : []
  const aliases = patterns.map((pattern) => ({
    pattern,
    targets: candidates(pattern.replace('*', MARK)).map((target) => target.replace(MARK, '*')),
  }))
  return { path, options, aliases, candidates }
}

// A stand-in for what `*` matches, which no file name holds.
const MARK = '\u{1}'

function matcherOf(
  repository: Repository,
  path: string,
  result: TsConfigResult,
): (specifier: string) => readonly string[] {
  try {
    return createPathsMatcher(withRelativeTargets(result)) ?? (() => [])
  } catch (error) {
    reportInvalid(repository, path, error)
    return () => []
  }
}

// Next.js takes `"@/*": ["src/*"]` without a baseUrl as TypeScript takes `"./src/*"`.
function withRelativeTargets(result: TsConfigResult): TsConfigResult {
  const { compilerOptions } = result.config
  if (compilerOptions?.paths === undefined || compilerOptions.baseUrl !== undefined) return result
  const paths = Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([pattern, targets]) => [
      pattern,
      targets.map((target) => (/^(?:\.{0,2}\/|[A-Za-z]:)/.test(target) ? target : `./${target}`)),
    ]),
  )
  return {
    ...result,
    config: { ...result.config, compilerOptions: { ...compilerOptions, paths } },
  }
}

function referencesOf(path: string, own: JsonObject): readonly string[] {
  const references = Array.isArray(own['references']) ? own['references'] : []
  return references.flatMap((reference: unknown) => {
    const target = isObject(reference) ? stringOf(reference['path']) : undefined
    if (target === undefined) return []
    const found = join(folderOf(path), target)
    return [found.endsWith('.json') ? found : join(found, 'tsconfig.json')]
  })
}

function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0
}
