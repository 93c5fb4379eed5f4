// Declarations rolled up into one file an entry, and API reports: how a change of the public API is
// reviewed as text.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

/**
 * Writes the API report of an entry to `etc`, and its declarations into one file.
 *
 * @param {object} entry
 * @param {string} entry.root - The folder of the package.
 * @param {string} entry.types - The folder with the declarations of its source.
 * @param {string} entry.entry - The path of the entry in it, without its ending.
 * @param {string} [entry.to] - The file for all declarations; without it, there is the report alone.
 */
export function rollUpTypes({ root, types, entry, to }) {
  const reports = join(root, 'etc')
  const name = entry.replaceAll('/', '.')
  mkdirSync(reports, { recursive: true })
  const configuration = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      newlineKind: 'lf',
      mainEntryPointFilePath: join(types, `${entry}.d.ts`),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2023',
            lib: ['es2023', 'esnext.disposable'],
            module: 'nodenext',
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
          files: [join(types, `${entry}.d.ts`)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: reports,
        reportTempFolder: types,
      },
      dtsRollup: {
        enabled: to !== undefined,
        untrimmedFilePath: '',
        publicTrimmedFilePath: to ?? '',
      },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'warning' } },
        extractorMessageReporting: {
          default: { logLevel: 'warning' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  // In CI, a change of the public API whose report nobody committed fails the build.
  const report = Extractor.invoke(configuration, {
    localBuild: process.env.CI === undefined,
    messageCallback: (message) => {
      if (message.logLevel === 'info' || message.logLevel === 'verbose') message.handled = true
    },
  })
  if (!report.succeeded) {
    throw new Error(
      `The public API of "${entry}" differs from etc/${name}.api.md, or cannot be described. Run \`npm run build\` and commit the report.`,
    )
  }
  // What it was compared with.
  rmSync(join(types, `${name}.api.md`))
  if (to !== undefined) narrow(to)
}

/**
 * Indents by two, as the sources are, and leaves out what other exports make needless: together they
 * are a twentieth of a package.
 */
function narrow(path) {
  const text = readFileSync(path, 'utf8')
    .replaceAll(/^(?: {4})+/gm, (spaces) => spaces.slice(spaces.length / 2))
    .replaceAll(/^export declare /gm, 'export ')
    .replace(/\s+export \{ \}\s*$/, '\n')
  writeFileSync(path, text)
}
