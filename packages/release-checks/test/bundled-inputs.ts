import { build, type Metafile } from 'esbuild'

/**
 * What some files of a folder are made of, by paths in it, without what they have from npm. Imports of
 * types alone do not count: nothing is left of them when the code runs.
 */
export async function bundledInputs(
  folder: string,
  entryPoints: string[],
): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    bundle: true,
    packages: 'external',
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
