import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readSource } from '../project/read-source.ts'
import type { FileChange, Migration } from './migration.ts'

/**
 * Adds to a migration the lines of package.json files that its new modules need. A package.json that
 * is missing, a link, or no JSON, stays as it is: what it would need is in `dependencies`.
 */
export function withDependencies(root: string, migration: Migration): Migration {
  const paths = [...new Set(migration.dependencies.map(({ path }) => path))]
  const changes = paths.flatMap((path): FileChange[] => {
    const before = textOf(root, path)
    if (before === undefined) return []
    const needed = migration.dependencies.filter((one) => one.path === path)
    const after = needed.reduce((text, { name, range }) => addDependency(text, name, range), before)
    return after === before ? [] : [{ path, before, after, edits: [] }]
  })
  return { ...migration, files: [...migration.files, ...changes] }
}

function textOf(root: string, path: string): string | undefined {
  if (!lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile()) return undefined
  const source = readSource(root, path)
  return 'text' in source ? source.text : undefined
}

/** Adds a name to `dependencies`, in the place that the alphabet gives it, and changes nothing else. */
function addDependency(text: string, name: string, range: string): string {
  const blocks = [...text.matchAll(/("dependencies"\s*:\s*\{)([^}]*)\}/g), undefined]
  // Other objects of a package.json have `dependencies` too; the right one is found by trying.
  const added = blocks.map((block) => addTo(block, text, name, range))
  return added.find((after) => hasOnlyGained(text, after, name, range)) ?? text
}

function hasOnlyGained(before: string, after: string, name: string, range: string): boolean {
  try {
    const old: unknown = JSON.parse(before.replace(/^\uFEFF/, ''))
    const { dependencies, ...others } = Object(old)
    const expected = { ...others, dependencies: { ...Object(dependencies), [name]: range } }
    return isDeepStrictEqual(JSON.parse(after.replace(/^\uFEFF/, '')), expected)
  } catch {
    return false
  }
}

function addTo(
  block: RegExpExecArray | undefined,
  text: string,
  name: string,
  range: string,
): string {
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(range)}`
  if (block === undefined) {
    const [, indent = '  '] = /\n([ \t]+)"/.exec(text) ?? []
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
    const end = text.lastIndexOf('}')
    const body = text.slice(0, end).trimEnd()
    const comma = body.endsWith('{') ? '' : ','
    const added = `${indent}"dependencies": {${lineEnd}${indent}${indent}${entry}${lineEnd}${indent}}`
    return `${body}${comma}${lineEnd}${added}${lineEnd}${text.slice(end)}`
  }
  const [, head = '', body = ''] = block
  const start = block.index + head.length
  const lines = [...body.matchAll(/(\s*)"((?:[^"\\]|\\.)+)"\s*:\s*"(?:[^"\\]|\\.)*"/g)]
  const next = lines.find(([, , known = '']) => known > name)
  const [, space = '\n    '] = next ?? lines.at(-1) ?? []
  if (lines.length === 0)
    return `${text.slice(0, start)} ${entry} ${text.slice(start + body.length)}`
  if (next !== undefined) {
    const at = start + next.index
    return `${text.slice(0, at)}${space}${entry},${text.slice(at)}`
  }
  const last = lines.at(-1)
  const at = start + (last?.index ?? 0) + (last?.[0].length ?? 0)
  return `${text.slice(0, at)},${space}${entry}${text.slice(at)}`
}
