import type { ModuleAnalysis } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import { handsOn } from './hands-on.ts'
import type { ModuleGraph } from './module-graph.ts'
import { SpecifierEndings } from './specifier-endings.ts'
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
    const endings = new SpecifierEndings(project, next)
    const { needles } = endings
    remaining = remaining.filter((path) => {
      const source = needles
        ? readSource(project.root, path, needles)
        : readSource(project.root, path)
      if (source === undefined || !('text' in source)) return true
      const targets = targetsOf(path, source.text, endings)
      for (const target of targets) note(target, path)
      const takes = targets.some((target) => takesAnotherName(source.text, target, graph))
      if (takes) graph.add(path, source.text)
      return !takes
    })
  }
  const all = new SpecifierEndings(project, [...followed])
  for (const path of graph.paths) {
    for (const target of targetsOf(path, graph.textOf(path) ?? '', all)) note(target, path)
  }
  return importers

  function targetsOf(path: string, text: string, endings: SpecifierEndings): string[] {
    return specifiersIn(text).flatMap((specifier) => {
      if (!endings.mayBe(specifier)) return []
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
  if (analysis.exported.some(({ value }) => value.kind === 'client')) return true
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

/** Whether a module makes clients of a class that another exports, or hands the class on. */
function takesAnotherName(text: string, target: string, graph: ModuleGraph): boolean {
  const analysis = graph.analysisOf(target)
  const names = analysis === undefined ? [] : renamed(analysis)
  if (names.length === 0) return false
  if (handsOn(text)) return true
  const isNamed = names.some((name) => name === 'default' || text.includes(name))
  return isNamed && /\b(?:new|extends)\b/.test(text)
}
