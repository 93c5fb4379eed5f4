import {
  contextOf,
  Evaluator,
  type ModuleSource,
  type Node,
  type SiteContext,
} from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import { parseModule } from '../scan/parse-module.ts'
import type { Scan } from '../scan/scan.ts'
import { scriptOf } from '../scan/script-part.ts'
import { columnOf, lineOf } from '../text/lines.ts'

/** A module that the doctor looks into. */
export interface DoctorModule {
  readonly path: string
  readonly text: string
  readonly module: ModuleSource
  readonly evaluator: Evaluator
  readonly context: SiteContext
}

// Words without one of which no check has anything to say of a module.
const NEEDLES = [
  '@prisma/adapter-',
  '@prisma/extension-accelerate',
  '@oneprisma/client',
  "'pg'",
  '"pg"',
  '$on(',
  'errorFormat',
  'queryRaw',
  'executeRaw',
  'PrismaClient',
].map((word) => Buffer.from(word))

/** Parses the modules of a repository that checks of code look at, without generated ones. */
export function readDoctorModules(
  project: Project,
  code: readonly string[],
  scan: Scan,
): readonly DoctorModule[] {
  const generated = project.generators.flatMap(({ output }) => (output ? [`${output}/`] : []))
  return code
    .filter((path) => !generated.some((folder) => path.startsWith(folder)))
    .flatMap((path) => readDoctorModule(project, path, scan, NEEDLES) ?? [])
}

/** Parses a module; `undefined` where it holds none of the needles or is no program. */
export function readDoctorModule(
  project: Project,
  path: string,
  scan: Scan,
  needles: readonly Buffer[] = [Buffer.alloc(0)],
): DoctorModule | undefined {
  const source = readSource(project.root, path, needles)
  if (source === undefined || !('text' in source)) return undefined
  const { text } = source
  const script = scriptOf(path, text)
  const parsed = parseModule(script.path, script.text)
  // What is no program is told by the scan.
  if (!parsed.ok) return undefined
  const module = { ...parsed.module, path }
  const evaluator = new Evaluator(module, (specifier) => scan.graph.resolve(specifier, path))
  return { path, text, module, evaluator, context: contextOf(module) }
}

/** Where a node stands, as a finding says it. */
export function placeOf(
  { path, text }: Pick<DoctorModule, 'path' | 'text'>,
  node: Node,
): { readonly path: string; readonly line: number; readonly column: number } {
  const [offset] = node.range
  return { path, line: lineOf(text, offset), column: columnOf(text, offset) }
}
