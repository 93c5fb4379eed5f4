// These are the types that the package publishes: the build copies this file to `dist/index.d.ts`.
import type { Linter, Rule } from 'eslint'

/** What the rules have to be told of a repository: `settings: { oneprisma: { ... } }`. */
export interface OneprismaSettings {
  /**
   * The specifier that modules import the shared client by, such as `@/lib/prisma`. Messages name
   * it, suggestions import it, and the file that it ends with is the one that may make a client.
   */
  readonly sharedModule?: string
  /**
   * The name that the shared module exports the client under; `default` for a default export.
   *
   * @default 'prisma'
   */
  readonly sharedExport?: string
  /**
   * More specifiers, or globs of them, that lead to a shared client. They replace the guess, which
   * is whatever ends like `/prisma`, `/db`, `/database` or `/prisma-client`.
   */
  readonly sharedModules?: readonly string[]
  /**
   * More specifiers, or globs of them, that export `PrismaClient`, beside `@prisma/client`,
   * `.prisma/client` and paths such as `generated/prisma`.
   *
   * @default []
   */
  readonly clientModules?: readonly string[]
  /**
   * Specifiers, or globs of them, whose client runs in edge code, beside those that end in `/edge`
   * or `/wasm`: one that is generated with `runtime = "workerd"`, for example.
   *
   * @default []
   */
  readonly edgeModules?: readonly string[]
}

/** Options of `no-client-outside-shared-module`. */
export interface NoClientOutsideSharedModuleOptions {
  /**
   * Leaves clients that are made on every call or for every object to `no-client-per-request`.
   *
   * @default false
   */
  readonly ignorePerRequest?: boolean
}

/** Options of `no-escaping-promise`. */
export interface NoEscapingPromiseOptions {
  /**
   * More functions that run the function that they are given in a scope of a request, by the name
   * that they are called by: `withTenant`, `scope.run`.
   *
   * @default []
   */
  readonly helpers?: readonly string[]
}

/** The rules, by their names without the prefix of the plugin. */
export type RuleName =
  | 'no-client-outside-shared-module'
  | 'no-client-per-request'
  | 'no-disconnect-in-request'
  | 'no-escaping-promise'
  | 'no-prisma-in-edge'

export interface OneprismaPlugin {
  readonly meta: { readonly name: '@oneprisma/eslint-plugin'; readonly version: string }
  readonly rules: Record<RuleName, Rule.RuleModule>
  readonly configs: {
    /** All rules, as a flat config. */
    readonly recommended: Linter.Config
  }
}

declare const plugin: OneprismaPlugin
export default plugin
