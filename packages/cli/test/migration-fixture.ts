import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { planMigration } from '../src/migrate/plan-migration.ts'
import type { Migration } from '../src/migrate/migration.ts'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { scan } from '../src/scan/scan.ts'
import { addFiles, plant } from './project-fixture.ts'

/** A repository with what is expected of it. */
export interface MigrationRow {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** One line per site: kind, place, context, decision, reason, binding, source. */
  readonly sites: readonly string[]
  /** The texts of the files that change, by path; new ones without their text. */
  readonly changes: Readonly<Record<string, string>>
}

export interface Migrated {
  readonly sites: readonly string[]
  readonly changes: Readonly<Record<string, string>>
  /** The paths that a second run would change. */
  readonly again: readonly string[]
}

const NEW = '(new)'
const NEXT_APP = { name: 'app', dependencies: { '@prisma/client': '^6.19.0', next: '16.0.0' } }

/**
 * Reads rows from a fixture: `==== name`, then files as `---- path` with their text, the sites after
 * `>>>> sites`, and the files that change as `++++ path`. A repository without a package.json of its
 * own is a Next.js app.
 */
export function readRows(name: string): MigrationRow[] {
  const path = fileURLToPath(new URL(`fixtures/migrations/${name}.txt`, import.meta.url))
  return readFileSync(path, 'utf8')
    .split(/^==== /m)
    .slice(1)
    .map(rowOf)
}

function rowOf(text: string): MigrationRow {
  const [head = '', ...sections] = text.split(/^(?=(?:----|>>>>|\+\+\+\+) )/m)
  const files: Record<string, string> = {}
  const changes: Record<string, string> = {}
  let sites: readonly string[] = []
  for (const section of sections) {
    const end = section.indexOf('\n')
    const path = section.slice(5, end)
    const body = section.slice(end + 1)
    if (section.startsWith('----')) files[path] = body
    else if (section.startsWith('>>>>')) sites = body.split('\n').filter((line) => line !== '')
    else if (path.endsWith(` ${NEW}`)) changes[path.slice(0, -NEW.length - 1)] = NEW
    else changes[path] = body
  }
  return { name: head.trim(), files, sites, changes }
}

/** Plants a repository, plans its migration, writes it and plans it again. */
export async function migrate(files: Readonly<Record<string, string>>): Promise<Migrated> {
  const root = plant('package.json' in files ? files : { 'package.json': NEXT_APP, ...files })
  const migration = await planIn(root)
  addFiles(root, Object.fromEntries(migration.files.map(({ path, after }) => [path, after])))
  const second = await planIn(root)
  return {
    sites: migration.sites.map(
      ({ kind, path, line, column, context, decision, reason, binding, importSource }) =>
        `${kind} ${path}:${line}:${column} ${context} ${decision} ${reason} ${binding} ${importSource}`,
    ),
    changes: Object.fromEntries(
      migration.files.map(({ path, before, after }) => [path, before === undefined ? NEW : after]),
    ),
    again: second.files.map(({ path }) => path),
  }
}

async function planIn(root: string): Promise<Migration> {
  const files = await listFiles(root)
  const project = readProject(root, files)
  return planMigration(project, scan(project, files), { accept: new Set() })
}
