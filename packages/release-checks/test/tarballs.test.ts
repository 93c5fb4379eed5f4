import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundledInputs } from './bundled-inputs.ts'
import { complaintsAbout } from './complaints.ts'
import { pack } from './pack.ts'
import { NAMES, REPOSITORY } from './published-packages.ts'
import { succeed } from './run.ts'
import { TemporaryFolder } from './temporary-folder.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly repository: { readonly directory: string }
  readonly publishConfig: { readonly access: string; readonly provenance: boolean }
}

interface Unpacked {
  readonly folder: string
  readonly files: readonly string[]
  readonly manifest: Manifest
}

// What no manifest names and no file imports: what a program is started by, and the licenses of what
// is built in.
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  '@oneprisma/testing': ['dist/guard/main.mjs'],
  oneprisma: ['dist/licenses.txt'],
  '@oneprisma/eslint-plugin': ['dist/licenses.txt'],
}

// pg tries to load its native binding only where it is told to, and does without.
const OPTIONAL = new Set(['pg-native'])

const temporary = new TemporaryFolder()
const unpacked = new Map<string, Unpacked>()

beforeAll(async () => {
  await Promise.all(
    NAMES.map(async (name) => {
      const { path, files } = await pack(name, temporary.path)
      temporary.write({ [`${name}/.keep`]: '' })
      const folder = join(temporary.path, name)
      await succeed('tar', ['-xzf', path, '-C', folder, '--strip-components', '1'], {
        cwd: temporary.path,
      })
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
      unpacked.set(name, { folder, files, manifest })
    }),
  )
})
afterAll(() => temporary[Symbol.dispose]())

function unpackedOf(name: string): Unpacked {
  const found = unpacked.get(name)
  if (found === undefined) throw new Error(`${name} was not unpacked.`)
  return found
}

describe.each(NAMES)('the tarball of %s', (name) => {
  it('has the files that its manifest leads to, and no other', async () => {
    const { folder, files, manifest } = unpackedOf(name)

    const targets = [
      ...(BESIDES[name] ?? []),
      ...Object.values(manifest.bin ?? {}).map(withoutDot),
      ...targetsOf(manifest.exports),
    ]
    const programs = Object.keys(await bundledInputs(folder, targets.filter(isProgram)))
    const expected = new Set([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
      ...[...targets, ...programs].flatMap((target) => withDeclarations(target, files)),
    ])
    expect(files).toEqual([...expected].filter((path) => files.includes(path)).toSorted())
    expect(targets.filter((target) => !files.includes(target))).toEqual([])
  })

  it('has nothing of the machine that built it, no secret and no map that points nowhere', () => {
    const { folder, files } = unpackedOf(name)

    const complaints = files.flatMap((path) =>
      complaintsAbout(path, readFileSync(join(folder, path), 'utf8'), files).map(
        (complaint) => `${path}: ${complaint}`,
      ),
    )
    expect(complaints).toEqual([])
  })

  it('imports what it declares, and nothing else', async () => {
    const { folder, files, manifest } = unpackedOf(name)

    const imported = await importedBy(folder, files)

    const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
    expect(
      imported.filter(
        (specifier) =>
          !isBuiltin(specifier) &&
          !OPTIONAL.has(specifier) &&
          !(packageOf(specifier) in declared) &&
          !specifier.startsWith('./UNSUPPORTED_RUNTIME'),
      ),
    ).toEqual([])
  })

  it('comes with the license of this repository, and those of all that is built in', () => {
    const { folder, files } = unpackedOf(name)

    const texts = files.map((path) => readFileSync(join(folder, path), 'utf8'))
    const builtIn = new Set(texts.flatMap(packagesBuiltInto))
    const licenses = files.includes('dist/licenses.txt')
      ? readFileSync(join(folder, 'dist/licenses.txt'), 'utf8')
      : ''
    expect(
      [...builtIn].filter((each) => !new RegExp(`^${each} \\S+ \\(.+\\)$`, 'm').test(licenses)),
    ).toEqual([])
    expect(builtIn.size > 0).toBe(licenses !== '')
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(REPOSITORY, 'LICENSE'), 'utf8'),
    )
  })

  it('has a manifest that npm has nothing to correct in', async () => {
    const { folder, manifest } = unpackedOf(name)

    await succeed('npm', ['pkg', 'fix'], { cwd: folder })

    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual(manifest)
  })

  it('has a README whose links work outside of the repository', () => {
    const { folder } = unpackedOf(name)

    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link)
    expect(links.filter((link) => !/^(?:https:\/\/|#)/.test(link ?? ''))).toEqual([])
  })

  it('says where it comes from, so that npm can attest to it', () => {
    const { manifest } = unpackedOf(name)

    expect(manifest).toMatchObject({
      name,
      license: 'MIT',
      engines: { node: '>=20.19' },
      repository: {
        type: 'git',
        url: 'git+https://github.com/oneprisma/oneprisma.git',
        directory: expect.stringMatching(/^packages\/[\w-]+$/),
      },
      publishConfig: { access: 'public', provenance: true },
    })
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('scripts.postinstall')
  })
})

function withoutDot(path: string): string {
  return path.replace(/^\.\//, '')
}

/** The files that the conditions of an `exports` map lead to. */
function targetsOf(exports: unknown): string[] {
  if (typeof exports === 'string') return [withoutDot(exports)]
  return Object.values(exports ?? {}).flatMap(targetsOf)
}

/** A target, and the declarations that TypeScript finds beside it. */
function withDeclarations(target: string, files: readonly string[]): string[] {
  const declarations = target.replace(/\.(c?)js$/, '.d.$1ts')
  return files.includes(declarations) ? [target, declarations] : [target]
}

/** What the programs of a package import that is not a file of it. */
async function importedBy(folder: string, files: readonly string[]): Promise<string[]> {
  const inputs = await bundledInputs(folder, files.filter(isProgram))
  const imports = Object.values(inputs).flatMap((input) => input.imports)
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))]
}

function isProgram(path: string): boolean {
  return /\.[cm]?js$/.test(path)
}

function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}

/** The packages whose code esbuild has put into a file, by the comments it leaves. */
function packagesBuiltInto(text: string): string[] {
  const comments = text.matchAll(/^\s*\/\/ .*\bnode_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)
  return [...comments].flatMap(([, name]) => (name === undefined ? [] : [name]))
}
