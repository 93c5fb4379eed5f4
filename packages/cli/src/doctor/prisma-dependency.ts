import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Copies } from './copies.ts'
import { lockedVersion } from './locked-version.ts'
import type { OwnDependency, PackageFile } from './package-file.ts'
import { onlyMajorOf, versionOf, type Version } from './version-range.ts'

/** A package of Prisma that a package.json asks for. */
export interface PrismaDependency extends OwnDependency {
  readonly file: PackageFile
  /** What is installed or locked; undefined where nothing says so. */
  readonly version: Version | undefined
  /** By what is installed or locked, else by the range where that allows one. */
  readonly major: number | undefined
}

const LOCKFILES = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock']

/** Lists `prisma`, `@prisma/client` and the driver adapters of every package. */
export function prismaDependencies(
  root: string,
  packages: readonly PackageFile[],
  copies: Copies | undefined,
): readonly PrismaDependency[] {
  const lockfiles = LOCKFILES.flatMap((name) => readIfThere(join(root, name)) ?? [])
  return packages.flatMap((file) =>
    file.own
      .filter(({ name }) => isOfPrisma(name))
      .map((dependency): PrismaDependency => {
        const { name, range } = dependency
        const known =
          copies?.find(name, file.folder)?.version ??
          lockfiles.map((text) => lockedVersion(text, name, range)).find(Boolean)
        const version = versionOf(known)
        return { ...dependency, file, version, major: version?.[0] ?? onlyMajorOf(range) }
      }),
  )
}

export function isOfPrisma(name: string): boolean {
  return name === 'prisma' || name === '@prisma/client' || name.startsWith('@prisma/adapter-')
}

/** A range as it may be printed: one that is an address may hold a token. */
export function printableRange(range: string): string {
  return /^[\w.^~<>=|*x -]*$/.test(range) ? range : 'an address'
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
