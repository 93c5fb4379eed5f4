import { examine } from '../src/doctor/examine.ts'
import type { DoctorFinding } from '../src/doctor/finding.ts'
import { readSubject } from '../src/doctor/subject.ts'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { scan } from '../src/scan/scan.ts'
import { plant, type Tree } from './project-fixture.ts'

/** A day before hosted Accelerate is retired. */
export const NOW: number = Date.parse('2026-11-24T12:00:00Z')

/** What the doctor finds in the files of an app. */
export async function findingsOf(tree: Tree, now: number = NOW): Promise<readonly DoctorFinding[]> {
  const root = plant(tree)
  const files = await listFiles(root)
  const project = readProject(root, files)
  return examine(readSubject({ root, files, project, scan: scan(project, files) }, now))
}

export async function codesIn(tree: Tree, now?: number): Promise<readonly string[]> {
  return (await findingsOf(tree, now)).map(({ code }) => code)
}
