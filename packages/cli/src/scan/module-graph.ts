import {
  analyzeModule,
  prismaExports,
  type ModuleAnalysis,
  type ModuleExports,
  type Value,
} from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import type { Unparsed } from '../report/finding.ts'
import { clientId } from './client-id.ts'
import { handsOn } from './hands-on.ts'
import { parseModule } from './parse-module.ts'
import { scriptOf } from './script-part.ts'

const NOTHING: ModuleExports = new Map()

/** The modules of a repository that have to do with Prisma, each parsed when it is first asked for. */
export class ModuleGraph {
  readonly unparsed = new Map<string, Unparsed>()
  readonly #project: Project
  readonly #files: ReadonlySet<string>
  readonly #texts = new Map<string, string>()
  readonly #plain = new Set<string>()
  readonly #analyses = new Map<string, ModuleAnalysis | undefined>()

  constructor(project: Project, files: Iterable<string>) {
    this.#project = project
    this.#files = new Set(files)
  }

  /** Adds a file that is to be analysed. */
  add(path: string, text: string): void {
    this.#texts.set(path, text)
  }

  get paths(): readonly string[] {
    return [...this.#texts.keys()].toSorted()
  }

  textOf(path: string): string | undefined {
    return this.#texts.get(path)
  }

  /** What a module has to do with Prisma, or `undefined` where it could not be parsed. */
  analysisOf(path: string): ModuleAnalysis | undefined {
    if (this.#analyses.has(path)) return this.#analyses.get(path)
    // Modules that import each other: the one that is being analysed has no exports yet.
    this.#analyses.set(path, undefined)
    const analysis = this.#analyze(path)
    this.#analyses.set(path, analysis)
    return analysis
  }

  /** What a specifier in a file stands for, as exports that have to do with Prisma. */
  resolve(specifier: string, from: string): ModuleExports | undefined {
    const resolved = this.#project.resolve(specifier, from)
    if (resolved === undefined) return undefined
    if (resolved.kind === 'prisma-client') {
      return prismaExports(clientId(resolved), resolved.isEdge)
    }
    return this.#exportsOf(resolved.path)
  }

  #exportsOf(path: string): ModuleExports {
    if (!this.#texts.has(path) && !this.#isBarrel(path)) return NOTHING
    const exported = this.analysisOf(path)?.exported ?? []
    return new Map<string, Value>(exported.map(({ name, value }) => [name, value]))
  }

  /** A module without a word of Prisma can hand on what another exports. */
  #isBarrel(path: string): boolean {
    if (!this.#files.has(path) || this.#plain.has(path)) return false
    const source = readSource(this.#project.root, path)
    if ('text' in source && handsOn(source.text)) {
      this.#texts.set(path, source.text)
      return true
    }
    this.#plain.add(path)
    return false
  }

  #analyze(path: string): ModuleAnalysis | undefined {
    const text = this.#texts.get(path)
    if (text === undefined) return undefined
    const script = scriptOf(path, text)
    const parsed = parseModule(script.path, script.text)
    if (!parsed.ok) {
      this.unparsed.set(path, { path, line: parsed.line, message: parsed.message })
      return undefined
    }
    return analyzeModule({ ...parsed.module, path }, (specifier) => this.resolve(specifier, path))
  }
}
