import type { Unparsed } from '../report/finding.ts'
import { kindOf, readFolder } from './entry-kinds.ts'
import { isCode } from './file-names.ts'
import { readIgnoreRules } from './ignore-rules.ts'

export interface Walk {
  readonly paths: readonly string[]
  readonly links: readonly string[]
  readonly unreadable: readonly Unparsed[]
}

const LEFT_OUT = new Set(['node_modules', 'dist', 'build', 'out', 'coverage'])

/** Finds the files below a folder, without those that tools write. */
export function walkFiles(root: string): Walk {
  const isIgnored = readIgnoreRules(root)
  const paths: string[] = []
  const links: string[] = []
  const unreadable: Unparsed[] = []

  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = readFolder(root, folder === '' ? '.' : folder)
    if (!Array.isArray(entries)) {
      unreadable.push(entries)
      continue
    }
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const kind = kindOf(entry)
      if (kind !== 'file' && isLeftOut(entry.name)) continue
      if (isIgnored(path, kind === 'folder')) continue
      if (kind === 'file') paths.push(path)
      else if (kind === 'link') links.push(path)
      else if (kind === 'folder') waiting.push(path)
      else if (isCode(path)) {
        unreadable.push({ path, line: 1, message: 'This is neither a file nor a folder.' })
      }
    }
  }
  return { paths, links, unreadable }
}

// `.config` may hold `prisma.ts`.
function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name) || (name.startsWith('.') && name !== '.config')
}
