import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Rule {
  readonly pattern: RegExp
  readonly isForFolders: boolean
  readonly isNegated: boolean
}

/**
 * Reads the `.gitignore` of a folder for where git itself cannot be asked. It knows names, paths,
 * `*`, `**`, `?` and `!`, not character classes or the files of folders below.
 */
export function readIgnoreRules(root: string): (path: string, isFolder: boolean) => boolean {
  const rules = readLines(join(root, '.gitignore')).map(toRule)
  return (path, isFolder) => {
    const last = rules.findLast(
      (rule) => (isFolder || !rule.isForFolders) && rule.pattern.test(path),
    )
    return last !== undefined && !last.isNegated
  }
}

function readLines(file: string): readonly string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Most folders have none.
    return []
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function toRule(line: string): Rule {
  const isNegated = line.startsWith('!')
  const isForFolders = line.endsWith('/')
  const glob = line.slice(isNegated ? 1 : 0, isForFolders ? -1 : undefined)
  // A slash before its end ties a pattern to the folder of the file.
  const start = glob.includes('/') ? '^' : '(?:^|/)'
  const body = glob
    .replace(/^\//, '')
    .replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => TRANSLATIONS[part] ?? `\\${part}`)
  return { pattern: new RegExp(`${start}${body}$`), isForFolders, isNegated }
}

const TRANSLATIONS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
}
