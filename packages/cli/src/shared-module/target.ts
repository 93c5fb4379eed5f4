/** The module from which migrated code imports the shared client. */
export interface Target {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly format: 'esm' | 'cjs'
  readonly language: 'ts' | 'js'
  /** Whether it exports the client as default (`module.exports =` in CommonJS). */
  readonly hasDefault: boolean
  /** The name under which it exports the client, preferably `prisma`. */
  readonly named: string | undefined
  /** Whether importing it opens and reads nothing: true for a module that calls `sharePrisma`. */
  readonly isLazy: boolean
  /** Whether it is there already; else a migration writes it. */
  readonly exists: boolean
  /** The specifier of the workspace package that hands it on, for files of other packages. */
  readonly packageSpecifier: string | undefined
}
