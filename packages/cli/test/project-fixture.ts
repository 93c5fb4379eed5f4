import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { listFiles } from '../src/project/file-list.ts'
import type { Project } from '../src/project/project.ts'
import { readProject } from '../src/project/read-project.ts'

export type Tree = Readonly<Record<string, string | Buffer | object>>

/** Writes files into a folder of their own, which goes with the test. Objects become JSON. */
export function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'oneprisma-project-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  addFiles(root, tree)
  return root
}

export function addFiles(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    const isText = typeof content === 'string' || Buffer.isBuffer(content)
    writeFileSync(join(root, path), isText ? content : JSON.stringify(content))
  }
}

export async function projectOf(tree: Tree): Promise<Project> {
  const root = plant(tree)
  return readProject(root, await listFiles(root))
}

/** A specifier's meaning in a few words: a path, `client`, `client of <output>`, or nothing. */
export function meaningOf(project: Project, specifier: string, from: string): string | undefined {
  const resolved = project.resolve(specifier, from)
  if (resolved === undefined || resolved.kind === 'file') return resolved?.path
  const { generator, isEdge } = resolved
  const output = generator === undefined ? '' : ` of ${generator.output}`
  return `${isEdge ? 'edge client' : 'client'}${output}`
}
