import { join } from 'node:path'
import { readSource } from './read-source.ts'
import { parseJson, stringOf } from './json.ts'
import type { Manifest, Manifests } from './manifests.ts'
import type { Repository } from './repository.ts'

const NAMES = ['@prisma/client', 'prisma']

/**
 * The major of Prisma that a package uses: by its range, by what is installed, else that of the
 * root, else that of the repository where all of it uses one.
 */
export function prismaMajorOf(
  repository: Repository,
  manifests: Manifests,
  manifest: Manifest,
): number | undefined {
  const own = ownMajorOf(repository, manifest) ?? ownMajorOf(repository, manifests.root)
  if (own !== undefined) return own
  const majors = new Set(manifests.all.map((each) => ownMajorOf(repository, each)))
  majors.delete(undefined)
  const [only] = majors
  return majors.size === 1 ? only : undefined
}

function ownMajorOf(repository: Repository, manifest: Manifest): number | undefined {
  for (const name of NAMES) {
    const range = manifest.dependencies[name]
    if (range === undefined) continue
    const { highest, isCertain } = majorsOf(catalogued(repository, name, range))
    return isCertain ? highest : (installedMajor(repository, manifest, name) ?? highest)
  }
  return undefined
}

interface Majors {
  readonly highest: number | undefined
  /** Whether the range allows no other major. */
  readonly isCertain: boolean
}

function majorsOf(range: string): Majors {
  const plain = range.replace(/^(?:workspace:|npm:(?:@[^@/]+\/)?[^@]+@)/, '')
  // A link, a URL or a tag names no version.
  if (plain.includes(':')) return { highest: undefined, isCertain: false }
  const found = [...plain.matchAll(/(?:^|[\s|=v~^>])(\d+)(?=[.\sx*|-]|$)/g)]
  const majors = new Set(found.map(([, major]) => Number(major)))
  const highest = majors.size === 0 ? undefined : Math.max(...majors)
  return { highest, isCertain: majors.size === 1 && !plain.includes('>') }
}

/** What a range of a catalog of pnpm stands for; any other range as it is. */
export function catalogued(repository: Repository, name: string, range: string): string {
  if (!range.startsWith('catalog:') || !repository.paths.has('pnpm-workspace.yaml')) return range
  const text = repository.read('pnpm-workspace.yaml') ?? ''
  // What pnpm may build stands there under the same name, as `true`.
  const entry = new RegExp(`^\\s+['"]?${name}['"]?:\\s*['"]?([\\d^~<>=*vx][^'"#\\n]*)`, 'm').exec(
    text,
  )
  return entry?.[1]?.trim() ?? range
}

function installedMajor(
  repository: Repository,
  manifest: Manifest,
  name: string,
): number | undefined {
  for (const folder of [manifest.folder, '']) {
    const source = readSource(
      repository.root,
      join(folder, 'node_modules', ...name.split('/'), 'package.json'),
    )
    if (!('text' in source)) continue
    const parsed = parseJson(source.text)
    const version = parsed.ok ? stringOf(parsed.value['version']) : undefined
    const major = Number.parseInt(version ?? '', 10)
    if (Number.isInteger(major)) return major
  }
  return undefined
}
