import { extname, dirname, relative } from 'node:path/posix'
import type { Project } from '../project/project.ts'
import type { Target } from '../shared-module/target.ts'

/** How a file imports the shared client, or why it cannot. */
export type ImportStyle =
  | {
      readonly ok: true
      readonly specifier: string
      /** Which of the names that the module exports is imported; undefined: the default. */
      readonly name: string | undefined
    }
  | { readonly ok: false; readonly reason: 'TARGET_UNREACHABLE' | 'OTHER_PACKAGE' }

const UNREACHABLE: ImportStyle = { ok: false, reason: 'TARGET_UNREACHABLE' }

/**
 * Chooses a specifier that resolves for what runs the file: an alias for bundlers and `tsx`, a
 * relative path with the ending that the runner asks for elsewhere.
 */
export function importStyle(
  project: Project,
  from: string,
  target: Target,
  syntax: 'esm' | 'cjs',
): ImportStyle {
  if (project.packageOf(from).folder !== project.packageOf(target.path).folder) {
    return target.packageSpecifier === undefined
      ? { ok: false, reason: 'OTHER_PACKAGE' }
      : {
          ok: true,
          specifier: target.packageSpecifier,
          name: nameOf(target, from, project, syntax),
        }
  }
  const specifier = specifierOf(project, from, target, syntax)
  if (specifier === undefined || isNamespaceOnly(project, from, target)) return UNREACHABLE
  return { ok: true, specifier, name: nameOf(target, from, project, syntax) }
}

function specifierOf(
  project: Project,
  from: string,
  target: Target,
  syntax: 'esm' | 'cjs',
): string | undefined {
  const runner = project.runnerOf(from)
  const path = relativePath(from, target.path)
  // A bundler makes it a module that waits for its driver, and `require` gets a promise.
  if (runner === 'bundler' && syntax === 'cjs' && target.format === 'esm') return undefined
  const bare = withoutEnding(path)
  switch (runner) {
    case 'node':
      return forNode(project, from, target, path, bare, syntax)
    case 'ts-node':
    case 'tsc':
      return needsEnding(project, from) || isRunAsModule(project, from) ? compiledPath(path) : bare
    default: {
      if (needsEnding(project, from) && runner !== 'bundler') return compiledPath(path)
      // What is run on its own is not always run from the folder whose tsconfig has the aliases.
      if (runner === 'tsx' || runner === 'bun' || /^\.\/[^/]+$/.test(bare)) return bare
      return project.aliasesTo(target.path, from)[0] ?? bare
    }
  }
}

/** Plain Node resolves no alias and no missing ending, and runs no TypeScript with imports in it. */
function forNode(
  project: Project,
  from: string,
  target: Target,
  path: string,
  bare: string,
  syntax: 'esm' | 'cjs',
): string | undefined {
  if (target.language === 'ts') return undefined
  const isModule = extname(target.path) === '.mjs' || isModuleScope(project, target.path)
  if (target.format === 'esm' && !isModule && project.packageOf(target.path).type === 'commonjs') {
    return undefined
  }
  if (syntax === 'esm') return path
  if (target.format === 'esm') return undefined
  return extname(target.path) === '.cjs' ? path : bare
}

/** Whether the default import of an ES module in `.mts` and `.mjs` is what it was compiled to. */
function isNamespaceOnly(project: Project, from: string, target: Target): boolean {
  return (
    /\.m[jt]s$/.test(from) &&
    target.format === 'esm' &&
    target.named === undefined &&
    project.runnerOf(from) !== 'bundler' &&
    !isModuleScope(project, target.path) &&
    extname(target.path) !== '.mjs' &&
    extname(target.path) !== '.mts'
  )
}

function isModuleScope(project: Project, path: string): boolean {
  return extname(path) !== '.cjs' && project.packageOf(path).type === 'module'
}

/** Whether Node runs it as an ES module, which finds no file without its ending. */
function isRunAsModule(project: Project, from: string): boolean {
  return /\.m[jt]s$/.test(from) || (isModuleScope(project, from) && !from.endsWith('.cts'))
}

/** Whether TypeScript asks for endings: `node16` and `nodenext` in ES modules. */
function needsEnding(project: Project, from: string): boolean {
  const { compiler, type } = project.packageOf(from)
  const resolution = (compiler.moduleResolution ?? compiler.module ?? '').toLowerCase()
  if (!/^node(?:16|18|20|next)$/.test(resolution)) return false
  return /\.m[jt]s$/.test(from) || (type === 'module' && !/\.c[jt]s$/.test(from))
}

/** Without its ending, and without `index`, unless that leaves `..`: there a package.json would decide. */
function withoutEnding(path: string): string {
  const bare = path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
  return /^\.{1,2}(?:\/\.\.)*$/.test(bare) ? path.replace(/\.[cm]?[jt]sx?$/, '') : bare
}

function compiledPath(path: string): string {
  return path.replace(/\.(m|c)?tsx?$/, '.$1js')
}

function relativePath(from: string, to: string): string {
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

/**
 * The default import, but a name where interop between module formats would give the namespace in
 * its place: ES modules that import what is compiled to CommonJS, and `require` of an ES module.
 */
function nameOf(
  target: Target,
  from: string,
  project: Project,
  syntax: 'esm' | 'cjs',
): string | undefined {
  if (!target.hasDefault) return target.named
  if (target.named === undefined) return undefined
  if (syntax === 'cjs') return target.format === 'cjs' ? undefined : target.named
  if (/\.m[jt]s$/.test(from) && !isModuleScope(project, target.path)) return target.named
  const { esModuleInterop, file } = project.packageOf(from).compiler
  const isInterop = target.format === 'esm' || file === undefined || esModuleInterop
  return isInterop ? undefined : target.named
}
