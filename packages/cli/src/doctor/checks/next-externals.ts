import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { keyName, stringValue, unwrap, walk } from '@oneprisma/sites'
import { parseModule } from '../../scan/parse-module.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { PackageFile } from '../package-file.ts'
import type { Subject } from '../subject.ts'
import { versionOf } from '../version-range.ts'

// Adapters whose drivers are addons in machine code, which no bundler can take in.
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  '@prisma/adapter-better-sqlite3': ['better-sqlite3'],
  '@prisma/adapter-libsql': ['@libsql/client', 'libsql'],
}

/** Drivers that Next.js must leave out of its bundles, and does not by itself. */
export function checkNextExternals(subject: Subject): readonly DoctorFinding[] {
  return subject.packages
    .filter((file) => file.package.framework === 'next')
    .flatMap((file) => findMissing(file, subject))
}

function findMissing(file: PackageFile, subject: Subject): readonly DoctorFinding[] {
  const needed = file.own.flatMap(({ name }) => NATIVE[name] ?? [])
  const next = subject.copies?.find('next', file.folder)
  if (needed.length === 0 || next === undefined) return []
  // What the Next.js that is installed leaves out by itself.
  const byDefault = readList(resolve(subject.root, next.place, 'dist/lib'))
  if (byDefault === undefined) return []
  const option =
    (versionOf(next.version)?.[0] ?? 16) >= 15
      ? 'serverExternalPackages'
      : 'experimental.serverComponentsExternalPackages'
  const config = subject.files.code.find((path) =>
    /^next\.config\.[cm]?[jt]s$/.test(relativeTo(file.folder, path) ?? ''),
  )
  const text = config === undefined ? '' : (subject.read(config) ?? '')
  const listed = config === undefined ? [] : listedIn(config, text, option)
  // A list that is put together elsewhere may have it.
  if (listed === undefined) return []
  const missing = needed.filter((name) => !byDefault.includes(name) && !listed.includes(name))
  if (missing.length === 0) return []
  return [
    found(
      'EXTERNAL_PACKAGE_MISSING',
      { path: config ?? file.path },
      {
        message: `Next.js ${next.version} bundles ${missing.map((name) => `\`${name}\``).join(' and ')}, which loads an addon in machine code and cannot run from a bundle.`,
        evidence: { packages: missing.join(', '), next: next.version ?? 'unknown', option },
        change: `Name ${missing.length === 1 ? 'it' : 'them'} in \`${option}\` of next.config: \`[${missing.map((name) => `'${name}'`).join(', ')}]\`.`,
      },
    ),
  ]
}

function readList(folder: string): readonly string[] | undefined {
  for (const name of ['server-external-packages.jsonc', 'server-external-packages.json']) {
    try {
      const text = readFileSync(resolve(folder, name), 'utf8')
      return [...text.replaceAll(/^\s*\/\/.*$/gm, '').matchAll(/"([^"]+)"/g)].flatMap(
        ([, each]) => each ?? [],
      )
    } catch {
      // Another version has the other name.
    }
  }
  return undefined
}

/** The names that an option of a next.config lists; undefined where they are not all in the text. */
function listedIn(path: string, text: string, option: string): readonly string[] | undefined {
  const parsed = parseModule(path, text)
  if (!parsed.ok) return undefined
  const key = option.slice(option.lastIndexOf('.') + 1)
  let listed: string[] | undefined = []
  walk(parsed.module.program, (node) => {
    if (node.type !== 'Property' || keyName(node.key, node.computed) !== key) return
    const value = unwrap(node.value)
    const names =
      value.type === 'ArrayExpression'
        ? value.elements.map((each) => stringValue(each))
        : [undefined]
    const known = names.filter((name) => name !== undefined)
    listed = known.length === names.length ? known : undefined
  })
  return listed
}

function relativeTo(folder: string, path: string): string | undefined {
  if (folder === '') return path
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined
}
