import { join, relative, sep } from 'node:path'
import { readSource } from './read-source.ts'
import type { FileList } from './file-list.ts'
import { parseJson, type JsonObject } from './json.ts'
import { Problems } from './problems.ts'
import type { ProjectProblem } from './project.ts'

/**
 * The files of a repository as the readers of its configuration see them.
 *
 * @internal
 */
export class Repository {
  readonly root: string
  readonly files: FileList
  readonly paths: ReadonlySet<string>
  readonly problems = new Problems()

  constructor(root: string, files: FileList) {
    this.root = root
    this.files = files
    this.paths = new Set([...files.code, ...files.config])
  }

  absolute(path: string): string {
    return join(this.root, path)
  }

  /** Relative to the root with `/`; starts with `../` where it leads out. */
  relative(path: string): string {
    const found = relative(this.root, path)
    return sep === '/' ? found : found.replaceAll(sep, '/')
  }

  /** The text of a file of configuration; what keeps it from being read becomes a problem. */
  read(path: string): string | undefined {
    const source = readSource(this.root, path)
    if ('text' in source) return source.text.replace(/^\uFEFF/, '')
    this.problems.add('CONFIG_UNREADABLE', path, source.message)
    return undefined
  }

  /** A JSON object with comments; what keeps it from being one becomes a problem with this code. */
  readJson(
    path: string,
    code: ProjectProblem['code'],
  ): { value: JsonObject; isStrict: boolean } | undefined {
    const text = this.read(path)
    if (text === undefined) return undefined
    const parsed = parseJson(text)
    if (parsed.ok) return parsed
    this.problems.add(code, path, `This is not valid JSON: ${parsed.message}`)
    return undefined
  }
}
