import { posix } from 'node:path'
import type { Framework, Package, Runner } from '../project/project.ts'

/** In which language and format a shared module is written, and with which extension. */
export interface ModuleFormat {
  readonly language: 'ts' | 'js'
  readonly format: 'esm' | 'cjs'
  readonly extension: '.ts' | '.js' | '.mjs'
}

export interface Importer {
  readonly path: string
  readonly runner: Runner
  /** Whether it is CommonJS, and will `require` the module. */
  readonly requires?: boolean
}

const BUNDLED: ReadonlySet<Framework> = new Set(['next', 'remix', 'nuxt', 'sveltekit', 'astro'])

/** Chooses the format that every importer can import by the runner that it has. */
export function chooseFormat(
  { type, framework, usesTypeScript }: Package,
  importers: readonly Importer[],
): ModuleFormat {
  const plain = importers.filter(isPlainJavaScript)
  const isPlainOnly = importers.length > 0 && plain.length === importers.length
  if (usesTypeScript && !isPlainOnly) return { language: 'ts', format: 'esm', extension: '.ts' }
  if (type === 'module') return { language: 'js', format: 'esm', extension: '.js' }

  // To plain Node, `.js` is CommonJS here. CommonJS serves `require`, `import` and bundlers alike.
  // A bundler makes an ES module that waits for its driver, which `require` cannot wait for.
  const isRequired =
    importers.some(({ requires }) => requires === true) ||
    plain.some(({ path }) => posix.extname(path) !== '.mjs') ||
    (importers.length === 0 && !BUNDLED.has(framework))
  if (isRequired) return { language: 'js', format: 'cjs', extension: '.js' }
  return { language: 'js', format: 'esm', extension: plain.length > 0 ? '.mjs' : '.js' }
}

/** Whether plain Node runs the file as it stands. */
export function isPlainJavaScript({ path, runner }: Importer): boolean {
  return runner === 'node' && /\.[cm]?jsx?$/.test(path)
}
