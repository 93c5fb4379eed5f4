import {
  analyzeModule,
  prismaExports,
  type ModuleAnalysis,
  type ModuleExports,
  type ModuleSource,
  type Value,
} from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import type { Unparsed } from '../report/finding.ts'
import { clientId } from './client-id.ts'
import { CyclicMemo } from './cyclic-memo.ts'
import { handsOn } from './hands-on.ts'
import { parseModule } from './parse-module.ts'
import { scriptOf } from './script-part.ts'
import { takesClients } from './takes-clients.ts'

const NOTHING: ModuleExports = new Map()

/** The modules of a repository that have to do with Prisma, each parsed when it is first asked for. */
export class ModuleGraph {
  readonly unparsed = new Map<string, Unparsed>()
  readonly #project: Project
  readonly #files: ReadonlySet<string>
  readonly #texts = new Map<string, string>()
  readonly #plain = new Set<string>()
  readonly #analyses = new CyclicMemo<ModuleAnalysis | undefined>()
  readonly #parsed = new Map<string, ModuleSource | undefined>()

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

  /**
   * What a module has to do with Prisma, or `undefined` where that is nothing, as its text tells, and
   * where it could not be parsed.
   */
  analysisOf(path: string): ModuleAnalysis | undefined {
    const analysis = this.#analyses.get(path, () => this.#analyze(path))
    if (!this.#analyses.isComputing) this.#parsed.clear()
    return analysis
  }

  /** What a specifier in a file stands for, as exports that have to do with Prisma. */
  resolve(specifier: string, from: string): ModuleExports | undefined {
    const resolved = this.#project.resolve(specifier, from)
    if (resolved === undefined) return isPath(specifier) ? this.#unwritten() : undefined
    if (resolved.kind === 'prisma-client') {
      return prismaExports(clientId(resolved), resolved.isEdge)
    }
    return this.#exportsOf(resolved.path)
  }

  /**
   * A path where no file is, from which a class called PrismaClient is imported, is a client that has
   * not been generated: what generators write is as a rule not committed.
   */
  #unwritten(): ModuleExports {
    const [generator, ...others] = this.#project.generators
    const isKnown = generator !== undefined && others.length === 0
    const resolved = { kind: 'prisma-client', isEdge: false } as const
    return prismaExports(
      clientId({ ...resolved, generator: isKnown ? generator : undefined }),
      false,
    )
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
    const resolve = (specifier: string): ModuleExports | undefined => this.resolve(specifier, path)
    if (!takesClients(text, resolve)) return undefined
    if (!this.#parsed.has(path)) this.#parsed.set(path, this.#parse(path, text))
    const module = this.#parsed.get(path)
    return module && analyzeModule(module, resolve)
  }

  #parse(path: string, text: string): ModuleSource | undefined {
    const script = scriptOf(path, text)
    const parsed = parseModule(script.path, script.text)
    if (parsed.ok) return { ...parsed.module, path }
    this.unparsed.set(path, { path, line: parsed.line, message: parsed.message })
    return undefined
  }
}

/** A relative path, or what looks like an alias: `@/db`, `~/db`, `#db`, `$lib/db`. */
function isPath(specifier: string): boolean {
  return /^(?:\.{1,2}\/|[@~]\/|[#$])/.test(specifier)
}
