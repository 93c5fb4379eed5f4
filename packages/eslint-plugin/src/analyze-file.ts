import { isAbsolute, relative } from 'node:path'
import { analyzeModule, contextOf, type ModuleAnalysis, type SiteContext } from '@oneprisma/sites'
import type { Rule } from 'eslint'
import { readModule } from './read-module.ts'
import { readSettings, type Settings } from './settings.ts'
import { exportsOf } from './specifiers.ts'

/** A file that is linted, as all rules see it. */
export interface AnalyzedFile {
  readonly settings: Settings
  readonly analysis: ModuleAnalysis
  /** Where its code runs. */
  readonly context: SiteContext
}

// The rules look at the same file one after the other. The tree is the key because it belongs to one
// file and one run, which a path or the `sourceCode` of oxlint does not.
const analyzed = new WeakMap<object, AnalyzedFile>()

/** Analyses the file that a rule looks at, once for all rules. */
export function analyzeFile({
  sourceCode,
  settings,
  filename,
  cwd,
}: Rule.RuleContext): AnalyzedFile {
  const known = analyzed.get(sourceCode.ast)
  if (known !== undefined) return known
  const read = readSettings(settings)
  const module = readModule(sourceCode, pathOf(filename, cwd))
  const analysis = analyzeModule(module, (specifier) => exportsOf(specifier, read))
  const file = { settings: read, analysis, context: contextOf(module) }
  analyzed.set(sourceCode.ast, file)
  return file
}

/** The path of a file within the repository: what lies above says nothing of where its code runs. */
export function pathOf(filename: string, cwd: string): string {
  const path = isAbsolute(filename) ? relative(cwd, filename) : filename
  return (path.startsWith('..') ? filename : path).replaceAll('\\', '/')
}
