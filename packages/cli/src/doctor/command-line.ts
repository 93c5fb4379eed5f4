import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Subject } from './subject.ts'

/** A line of a file that holds commands. Its text may hold secrets, and is never printed. */
export interface CommandLine {
  readonly path: string
  readonly line: number
  /** The package that it belongs to. */
  readonly folder: string
  /** The name of a script of package.json. */
  readonly script: string | undefined
  readonly text: string
}

/** Lists the commands of scripts, Dockerfiles, shell scripts and workflows of GitHub. */
export function commandLines({ root, packages, read }: Subject): readonly CommandLine[] {
  const inScripts = packages.flatMap(({ path, folder, package: { scripts }, lineOf }) =>
    Object.entries(scripts).map(([script, text]): CommandLine => ({
      path,
      line: lineOf(`"${script}"`),
      folder,
      script,
      text,
    })),
  )
  const folders = new Set(['', ...packages.map(({ folder }) => folder)])
  const files = [...folders].flatMap((folder) => [
    ...namesIn(root, folder, /^(?:Dockerfile(?:\..*)?|.*\.Dockerfile|.*\.sh)$/i),
    ...namesIn(root, at(folder, 'docker'), /^(?:Dockerfile(?:\..*)?|.*\.sh)$/i),
    ...namesIn(root, at(folder, 'scripts'), /\.sh$/),
  ])
  files.push(...namesIn(root, '.github/workflows', /\.ya?ml$/))
  return [...inScripts, ...files.flatMap(linesOf)]

  function linesOf(path: string): readonly CommandLine[] {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
    const owner = folders.has(folder) ? folder : ''
    return (read(path) ?? '').split('\n').flatMap((text, index) => {
      if (/^\s*#/.test(text)) return []
      return [{ path, line: index + 1, folder: owner, script: undefined, text }]
    })
  }
}

function namesIn(root: string, folder: string, pattern: RegExp): readonly string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && pattern.test(entry.name))
      .map(({ name }) => at(folder, name))
      .toSorted()
  } catch {
    // There is no such folder.
    return []
  }
}

function at(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
