import { isAbsolute, relative, resolve, sep } from 'node:path'
import { CliError } from '../errors.ts'

/** The path of a file that a flag names, relative to the root and with `/`, as all paths are told. */
export function placeIn(root: string, flag: string, given: string): string {
  const path = relative(root, resolve(root, given)).replaceAll(sep, '/')
  if (given !== '' && path !== '' && !path.startsWith('../') && !isAbsolute(path)) return path
  throw new CliError(
    'USAGE',
    `${flag} takes a file below the root; "${given}" is none. Paths are relative to the root.`,
  )
}
