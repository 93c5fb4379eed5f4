import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint, type Linter } from 'eslint'
import type { OneprismaPlugin } from '../src/plugin.d.ts'
import { read } from './project.ts'
import { typescriptParser } from './typescript-parser.ts'

export interface Finding {
  /** `path:line:column rule` */
  readonly place: string
  readonly message: string
}

const require = createRequire(import.meta.url)

const SETTINGS = { oneprisma: { sharedModule: '@/lib/prisma' } }

/** Lints a folder by ESLint, with the parser that each language has there. */
export async function runEslint(
  plugin: OneprismaPlugin,
  cwd: string,
  settings: object = SETTINGS,
): Promise<readonly Finding[]> {
  const config: Linter.Config[] = [
    { files: ['**/*.{js,jsx,mjs,cjs,ts}'] },
    { files: ['controllers/*.js'], languageOptions: { sourceType: 'commonjs' } },
    { files: ['**/*.jsx'], languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
    { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
    // Settings of ESLint are a record of anything.
    { ...plugin.configs.recommended, settings: settings as Record<string, unknown> },
  ]
  const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: config })
  const results = await eslint.lintFiles(['.'])
  return inOrder(
    results.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, message, line, column }) => ({
        place: `${pathIn(cwd, filePath)}:${line}:${column} ${ruleId?.replace('@oneprisma/', '')}`,
        message,
      })),
    ),
  )
}

/** Lints a folder by the program `oxlint`, with a plugin that is a file. */
export function runOxlint(
  file: string,
  plugin: OneprismaPlugin,
  cwd: string,
  options: readonly string[],
): readonly Finding[] {
  const config = join(cwd, '.oxlintrc.json')
  const { rules } = plugin.configs.recommended
  writeFileSync(
    config,
    JSON.stringify({
      jsPlugins: [file],
      categories: { correctness: 'off' },
      settings: SETTINGS,
      rules,
    }),
  )
  const { stdout } = spawnSync(
    process.execPath,
    [binOf('oxlint', 'bin/oxlint'), '-c', config, '-f', 'json', ...options, '.'],
    { cwd, encoding: 'utf8' },
  )
  // The format of oxlint's JSON, as far as it is looked at.
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }
  return inOrder(
    diagnostics.map(({ code, message, filename, labels: [label] }) => ({
      place: `${filename}:${placeOf(label, read(cwd, filename))} ${code.replace(/^@oneprisma\((.*)\)$/, '$1')}`,
      message,
    })),
  )
}

interface Diagnostic {
  readonly code: string
  readonly message: string
  readonly filename: string
  readonly labels: readonly { readonly span: { readonly offset: number } }[]
}

/** The line and the column of an offset, which oxlint counts in bytes. */
function placeOf(label: Diagnostic['labels'][number] | undefined, text: string): string {
  const before = Buffer.from(text)
    .subarray(0, label?.span.offset ?? 0)
    .toString()
  const lines = before.split('\n')
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => (one.place < other.place ? -1 : 1))
}

function pathIn(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/')
}

/** The program of a package at the root of the workspace. */
export function binOf(name: string, path: string): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  return join(dirname(require.resolve(`${name}/package.json`, { paths: [root] })), path)
}
