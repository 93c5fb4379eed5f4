import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'

/**
 * The text of a file that may be missing.
 *
 * @throws CliError `FILE_UNREADABLE` where something is there that cannot be read.
 */
export function readIfThere(root: string, path: string): string | undefined {
  const bytes = readBytes(root, path)
  // What is no UTF-8 would be written back as something else.
  if (bytes !== undefined && !isUtf8(bytes)) throw unreadable(path, 'it is not UTF-8')
  return bytes?.toString('utf8')
}

function readBytes(root: string, path: string): Buffer | undefined {
  try {
    return readFileSync(join(root, path))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(path, String(code ?? error), { cause: error })
  }
}

function unreadable(path: string, why: string, options?: ErrorOptions): CliError {
  return new CliError(
    'FILE_UNREADABLE',
    `"${path}" cannot be read (${why}). It has to be a file of UTF-8, or not to be there.`,
    options,
  )
}
