import { formatPatch, structuredPatch, type StructuredPatch } from 'diff'
import { plain, type Paint } from './paint.ts'

/** A file before and after a change. */
export interface FileChange {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** `undefined` where the change makes the file. */
  readonly before: string | undefined
  readonly after: string
}

/** The changes as Git prints them, for `git apply` and for people. Files that stay are left out. */
export function unifiedDiff(files: readonly FileChange[], paint: Paint = plain): string {
  return files
    .filter(({ before, after }) => before !== after)
    .map((file) => paintPatch(toPatch(file), paint))
    .join('')
}

const CONTEXT_LINES = 3

function toPatch({ path, before, after }: FileChange): StructuredPatch {
  const isCreate = before === undefined
  const patch = structuredPatch(
    isCreate ? '/dev/null' : `a/${path}`,
    `b/${path}`,
    before ?? '',
    after,
    undefined,
    undefined,
    { context: CONTEXT_LINES },
  )
  return { ...patch, isGit: true, isCreate }
}

function paintPatch(patch: StructuredPatch, paint: Paint): string {
  const lines = formatPatch(patch).split('\n')
  // A line of a file may look like a head, so that the heads are told by where they stand.
  const firstHunk = lines.findIndex((line) => line.startsWith('@@ '))
  return lines.map((line, index) => paintLine(line, index < firstHunk, paint)).join('\n')
}

function paintLine(line: string, isHead: boolean, paint: Paint): string {
  // A carriage return is left outside of the colours, as a part of the line ending.
  const [, text = '', end = ''] = /^(.*?)(\r?)$/s.exec(line) ?? []
  if (text === '') return line
  if (isHead) return paint('bold', text) + end
  if (text.startsWith('@')) return paint('cyan', text) + end
  if (text.startsWith('+')) return paint('green', text) + end
  return (text.startsWith('-') ? paint('red', text) : text) + end
}
