import { createHash } from 'node:crypto'
import type { Location, Result } from 'sarif'
import type { Severity } from './severity.ts'

/** The root of the repository, to which the paths of locations are relative. */
export const ROOT = '%SRCROOT%'

/** How grave a result is. */
export const KIND_AND_LEVEL: Readonly<Record<Severity, Pick<Result, 'kind' | 'level'>>> = {
  error: { kind: 'fail', level: 'error' },
  warning: { kind: 'fail', level: 'warning' },
  info: { kind: 'informational', level: 'none' },
}

// The number is the version of what is hashed. Lines are left out of it, so that they may shift.
export const FINGERPRINT = 'oneprisma/v1'

export function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)
}

/** A place in a file of the repository. */
export function locationOf(place: { path: string; line: number; column?: number }): Location {
  const { path, line, column } = place
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(path), uriBaseId: ROOT },
      region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
    },
  }
}

/** A path as a relative reference; `encodeURIComponent` also hides a colon that would be a scheme. */
function toUri(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** `MODULE_CLIENT` as a name of a rule: `ModuleClient`. */
export function pascalCase(code: string): string {
  return code
    .split('_')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join('')
}
