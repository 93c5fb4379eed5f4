import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './child.ts'
import type { CellTools } from './cell.ts'

export interface InstallOptions {
  /** Installs although a package's range of peers says otherwise. */
  readonly ignoresPeers?: boolean
  /** Further members of the manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>
}

/** Installs the packed client and these packages into the folder of a cell, without their scripts. */
export async function install(
  { folder, tarball, signal }: CellTools,
  dependencies: Readonly<Record<string, string>>,
  options: InstallOptions = {},
): Promise<void> {
  const manifest = {
    name: 'cell',
    private: true,
    type: 'module',
    ...options.manifest,
    dependencies: { '@oneprisma/client': `file:${tarball}`, ...dependencies },
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  if (options.ignoresPeers) flags.push('--legacy-peer-deps')
  await runCommand('npm', ['install', ...flags], { cwd: folder, signal })
}

/** The versions that were installed, of the packages named. */
export async function installedVersions(
  folder: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const entries = names.map(async (name) => {
    const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    // Every manifest of an installed package has its version.
    return [name, (JSON.parse(text) as { version: string }).version] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
