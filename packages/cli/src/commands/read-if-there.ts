import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'

/**
 * The text of a file that may be missing.
 *
 * @throws CliError `FILE_UNREADABLE` where something is there that cannot be read.
 */
export function readIfThere(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CliError(
      'FILE_UNREADABLE',
      `"${path}" cannot be read (${String(code ?? error)}). It has to be a file, or not to be there.`,
      { cause: error },
    )
  }
}
