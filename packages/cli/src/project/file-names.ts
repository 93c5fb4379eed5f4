const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/
const DECLARATIONS = /\.d\.[cm]?ts$|\.d\.[^./]+\.ts$/

const PACKAGE = /^(?:package\.json|pnpm-workspace\.yaml)$/
const LOCK_FILE =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/
const COMPILER = /^(?:tsconfig(?:\.[^/]+)?|tsconfig-[^/]+|jsconfig)\.json$/
const SCHEMA = /\.prisma$/
const PRISMA_CONFIG = /(?:^|\/)(?:prisma\.config|\.config\/prisma)\.[cm]?[jt]s$/

/** Whether a file of this name may hold code that runs. */
export function isCode(path: string): boolean {
  return CODE.test(path) && !DECLARATIONS.test(path)
}

/** Whether a file of this name says how code is built and run. */
export function isConfiguration(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    PACKAGE.test(name) ||
    LOCK_FILE.test(name) ||
    COMPILER.test(name) ||
    SCHEMA.test(name) ||
    isPrismaConfig(path)
  )
}

export function isPrismaConfig(path: string): boolean {
  return PRISMA_CONFIG.test(path)
}

export function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path)
}
