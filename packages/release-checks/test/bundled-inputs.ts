import { build, type Metafile } from 'esbuild'

/**
 * What some files of a folder are made of, by paths in it, without what they have from npm. Imports of
 * types alone do not count: nothing is left of them when the code runs.
 */
export async function bundledInputs(
  folder: string,
  entryPoints: readonly string[],
): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    absWorkingDir: folder,
    // Each goes to a name of its own: `pg.js` and `pg.cjs` would be one otherwise.
    entryPoints: Object.fromEntries(entryPoints.map((path) => [path, path])),
    bundle: true,
    packages: 'external',
    // What a package names where it does not run is no file.
    external: ['./UNSUPPORTED_RUNTIME*'],
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  })
  return metafile.inputs
}
