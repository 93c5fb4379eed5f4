import { basename, dirname } from 'node:path/posix'
import type { ModuleAnalysis } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import type { ModuleGraph } from './module-graph.ts'
import { specifiersIn } from './specifiers.ts'

/**
 * Finds who imports the modules that make clients and export something, and adds to the graph the
 * modules that make clients under another name: `new Database()`, `new PrismaService()`. Goes on
 * until nothing new comes.
 */
export function followNames(
  project: Project,
  graph: ModuleGraph,
  rest: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const importers = new Map<string, Set<string>>()
  const followed = new Set<string>()
  let remaining = rest
  // Each round takes one step of a chain of classes; chains are short.
  for (let round = 0; round < 8; round++) {
    const next = graph.paths.filter((path) => !followed.has(path) && isFollowed(path, graph))
    if (next.length === 0) break
    for (const path of next) followed.add(path)
    const words = new Set(next.flatMap((path) => endingsOf(path, project)))
    const needles = [...words].map((word) => Buffer.from(word))
    remaining = remaining.filter((path) => {
      const source = readSource(project.root, path, needles)
      if (source === undefined || !('text' in source)) return true
      const targets = targetsOf(path, source.text)
      for (const target of targets) note(target, path)
      const makes = targets.some((target) => makesUnderAnotherName(source.text, target, graph))
      if (makes) graph.add(path, source.text)
      return !makes
    })
  }
  for (const path of graph.paths) {
    for (const target of targetsOf(path, graph.textOf(path) ?? '')) note(target, path)
  }
  return importers

  function targetsOf(path: string, text: string): string[] {
    return specifiersIn(text).flatMap((specifier) => {
      const resolved = project.resolve(specifier, path)
      return resolved?.kind === 'file' && followed.has(resolved.path) ? [resolved.path] : []
    })
  }

  function note(target: string, importer: string): void {
    if (target === importer) return
    const known = importers.get(target) ?? new Set<string>()
    importers.set(target, known.add(importer))
  }
}

/** Whether it matters who imports a module: it makes clients, or exports a class of another name. */
function isFollowed(path: string, graph: ModuleGraph): boolean {
  const analysis = graph.analysisOf(path)
  if (analysis === undefined) return false
  if (renamed(analysis).length > 0) return true
  return analysis.sites.some(({ kind }) => kind !== 're-export') && isExporting(analysis)
}

function isExporting({ module }: ModuleAnalysis): boolean {
  return (
    module.program.body.some(({ type }) => type.startsWith('Export')) ||
    /\bexports\b/.test(module.text)
  )
}

/** The names of exported classes that do not tell what they are. */
function renamed({ exported }: ModuleAnalysis): readonly string[] {
  return exported.flatMap(({ name, value }) =>
    value.kind === 'constructor' && name !== 'PrismaClient' ? [name] : [],
  )
}

function makesUnderAnotherName(text: string, target: string, graph: ModuleGraph): boolean {
  const analysis = graph.analysisOf(target)
  return (
    analysis !== undefined &&
    /\b(?:new|extends)\b/.test(text) &&
    renamed(analysis).some((name) => name === 'default' || text.includes(name))
  )
}

/** How a specifier of a module ends: its name, its folder's where it is an index, its package's. */
function endingsOf(path: string, project: Project): string[] {
  const stem = basename(path).replace(/\.[cm]?[jt]sx?$/, '')
  const folder = stem === 'index' ? basename(dirname(path)) : stem
  const { name } = project.packageOf(path)
  const words = [stem, folder].flatMap((word) => [`/${word}'`, `/${word}"`, `/${word}.`])
  return name === undefined ? words : [...words, name]
}
