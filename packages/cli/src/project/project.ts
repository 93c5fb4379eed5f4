import type { ProjectCode } from '../report/project-reasons.ts'

/** The facts of a repository that a migration depends on. Paths are relative to the root, with `/`. */
export interface Project {
  /** Absolute, without a slash at its end. */
  readonly root: string
  /** Every package of the repository, the deepest folder first; the root is always one (folder `''`). */
  readonly packages: readonly Package[]
  readonly packageManager: 'npm' | 'pnpm' | 'yarn' | 'bun'
  readonly generators: readonly Generator[]
  /** What was wrong with configuration that had to be read, such as a tsconfig whose `extends` is not there. */
  readonly problems: readonly ProjectProblem[]
  /** The package that a file belongs to. */
  packageOf(path: string): Package
  /** What a specifier in a file stands for, or `undefined` where it leads out of the repository. */
  resolve(specifier: string, from: string): Resolved | undefined
  /**
   * Every alias specifier that leads to a file from another, the shortest first: `@/lib/prisma`.
   * Verified by resolving each.
   */
  aliasesTo(path: string, from: string): readonly string[]
  /** How a file is run. */
  runnerOf(path: string): Runner
}

export type Resolved =
  /** A client that `prisma generate` writes; `generator` is undefined for `@prisma/client` itself. */
  | {
      readonly kind: 'prisma-client'
      readonly generator: Generator | undefined
      readonly isEdge: boolean
    }
  | { readonly kind: 'file'; readonly path: string }

/**
 * What runs a file: a bundler (Next.js and others, aliases work), `tsx` (aliases work, TypeScript
 * works), `ts-node` or `tsc` (TypeScript; aliases are not rewritten), `node` (plain), `swc`
 * (compiled with aliases rewritten, as by tsc-alias).
 */
export type Runner = 'bundler' | 'tsx' | 'ts-node' | 'tsc' | 'swc' | 'node' | 'bun'

export interface Package {
  readonly folder: string
  readonly name: string | undefined
  /** What `type` of package.json says; undefined where it says nothing (then `.js` is CommonJS to Node). */
  readonly type: 'module' | 'commonjs' | undefined
  /** All of dependencies, devDependencies, peerDependencies and optionalDependencies: name to range. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
  readonly framework: Framework
  /** The major of `@prisma/client` or `prisma`, from the range (or what is installed); of the root package where this one has none. */
  readonly prismaMajor: number | undefined
  readonly usesTypeScript: boolean
  /** `compilerOptions` that matter, of the tsconfig.json or jsconfig.json that holds for the package. */
  readonly compiler: CompilerFacts
}

export type Framework =
  | 'next'
  | 'nest'
  | 'remix'
  | 'nuxt'
  | 'sveltekit'
  | 'astro'
  | 'express'
  | 'fastify'
  | 'node'

export interface CompilerFacts {
  readonly file: string | undefined
  readonly hasAliases: boolean
  readonly verbatimModuleSyntax: boolean
  readonly esModuleInterop: boolean
  /** As written: `commonjs`, `nodenext`, `esnext`. */
  readonly module: string | undefined
  readonly moduleResolution: string | undefined
  readonly allowImportingTsExtensions: boolean
  readonly strict: boolean
}

/** A generator block that makes a client, with its datasource. */
export interface Generator {
  readonly schemaPath: string
  readonly name: string
  readonly provider: 'prisma-client-js' | 'prisma-client'
  /** The folder that it writes, relative to the root; undefined: node_modules/.prisma/client. */
  readonly output: string | undefined
  /** `esm` or `cjs`, where the generator says so. */
  readonly moduleFormat: 'esm' | 'cjs' | undefined
  readonly engineType: string | undefined
  readonly previewFeatures: readonly string[]
  readonly datasource: Datasource | undefined
}

export interface Datasource {
  /** `postgresql`, `mysql`, `sqlite`, `sqlserver`, `mongodb`, `cockroachdb`. */
  readonly provider: string
  /** The environment variable of its url, where there is one, such as `DATABASE_URL`. */
  readonly urlVariable: string | undefined
}

export interface ProjectProblem {
  readonly code: ProjectCode
  readonly path: string
  readonly message: string
}
