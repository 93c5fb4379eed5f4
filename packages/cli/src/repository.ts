import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from './errors.ts'
import { listFiles, type FileList } from './project/file-list.ts'
import type { Project } from './project/project.ts'
import { readProject } from './project/read-project.ts'
import { plural } from './report/plural.ts'
import { scan, type Scan } from './scan/scan.ts'
import { undoInterrupted, type Undone } from './write/undo.ts'
import type { World } from './world.ts'

export interface OpenedRepository {
  readonly root: string
  readonly files: FileList
  readonly project: Project
  readonly scan: Scan
}

/** Opens the repository that a command is run on, and clears up after a run that was killed. */
export async function openRepository(
  world: World,
  folder: string | undefined,
): Promise<OpenedRepository> {
  const root = resolve(world.cwd, folder ?? '.')
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CliError(
      'ROOT_MISSING',
      `There is no folder "${root}". Give the root of a repository.`,
    )
  }
  sayWhatWasUndone(world, undoInterrupted(root))
  const files = await listFiles(root)
  const project = readProject(root, files)
  return { root, files, project, scan: scan(project, files) }
}

function sayWhatWasUndone({ err }: World, { restored, changed }: Undone): void {
  if (restored.length > 0) {
    err(
      `An earlier run was cut off while it wrote: ${plural(restored.length, 'file')} got the old text back.\n`,
    )
  }
  for (const path of changed) {
    err(`"${path}" has been changed since that run was cut off, and is left as it is.\n`)
  }
}
