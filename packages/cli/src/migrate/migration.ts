import type { Edit } from '@oneprisma/sites'
import type { Inventory } from '../report/finding.ts'
import type { Target } from '../shared-module/target.ts'

/** A file as it is and as it is to be. */
export interface FileChange {
  readonly path: string
  /** Undefined for a file that is not there yet. */
  readonly before: string | undefined
  readonly after: string
  readonly edits: readonly Edit[]
}

/** What package.json of a package has to name. */
export interface MissingDependency {
  /** The path of the package.json. */
  readonly path: string
  readonly name: string
  readonly range: string
}

/** What a migration would do to a repository, before anything is written. */
export interface Migration extends Inventory {
  readonly files: readonly FileChange[]
  /** The shared module of every package that imports one. */
  readonly targets: readonly Target[]
  readonly dependencies: readonly MissingDependency[]
}
