import { join } from 'node:path'
import { PUBLISHED, REPOSITORY, type PublishedName } from './published-packages.ts'
import { succeed } from './run.ts'

/** A tarball, as `npm publish` uploads it. */
export interface Tarball {
  readonly path: string
  readonly files: readonly string[]
  readonly unpackedBytes: number
}

interface NpmPack {
  readonly filename: string
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

/** Packs what is built of a package into a folder. */
export async function pack(name: PublishedName, folder: string): Promise<Tarball> {
  const output = await succeed(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: join(REPOSITORY, PUBLISHED[name]) },
  )
  // npm prints a list of packages, or from version 11 an object by their names.
  const [packed] = Object.values(JSON.parse(output) as Record<string, NpmPack>)
  if (packed === undefined) throw new Error(`npm packed nothing for ${name}.`)
  return {
    // npm 10 names the file by the package, scope and all.
    path: join(folder, packed.filename.replace('@', '').replace('/', '-')),
    files: packed.files.map(({ path }) => path).toSorted(),
    unpackedBytes: packed.unpackedSize,
  }
}
