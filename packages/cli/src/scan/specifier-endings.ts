import { basename, dirname } from 'node:path/posix'
import type { Project } from '../project/project.ts'

// Each word is a pass over the bytes of every file; with more of them it is quicker to read the text.
const MAX_NEEDLES = 24

/** How the specifiers end, or begin, that can lead to some modules. */
export class SpecifierEndings {
  readonly #names = new Set<string>()
  readonly #packages = new Set<string>()

  constructor(project: Project, paths: readonly string[]) {
    for (const path of paths) {
      const name = basename(path).replace(/\.[cm]?[jt]sx?$/, '')
      // An index is also known by its folder, and any module by its package.
      this.#names.add(name)
      if (name === 'index') this.#names.add(basename(dirname(path)))
      const { name: packageName } = project.packageOf(path)
      if (packageName !== undefined) this.#packages.add(packageName)
    }
  }

  /** Words of which a file holds one that imports one of the modules; `undefined` for too many. */
  get needles(): readonly Buffer[] | undefined {
    const names = [...this.#names].flatMap((name) => [`/${name}'`, `/${name}"`, `/${name}.`])
    const words = [...names, ...this.#packages]
    return words.length > MAX_NEEDLES ? undefined : words.map((word) => Buffer.from(word))
  }

  /** Whether it is worth while to resolve a specifier. */
  mayBe(specifier: string): boolean {
    const last = specifier.slice(specifier.lastIndexOf('/') + 1)
    // `..` and `./` are a folder, and `#db` is whatever its package says.
    if (last === '' || last.startsWith('.') || /^[#~$@][^/]*$/.test(specifier)) return true
    if (this.#names.has(last) || this.#names.has(last.replace(/\.[^.]*$/, ''))) return true
    return [...this.#packages].some((name) => specifier.startsWith(name))
  }
}
